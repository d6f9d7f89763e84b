"""What one does in a lesson: it works without script, and its author is told what is wrong where."""

import pytest

from courses.catalogue.rules import long_sentences
from lms import markup

SCENARIO = """/// scenario | Una llamada a las once
--- inicio
Suena el teléfono.

- Decir que sí → ir
- Preguntar qué necesita -> preguntar

--- ir
Llegas sin fuerzas.

- Volver a elegir → inicio

--- preguntar
Te lo cuenta.
///"""
CHECK = "/// check | ¿Qué dices?\nTe pide el móvil.\n\n- [x] Lo hablo.\n  > Nombras el límite.\n- [ ] Claro.\n  > Cansa.\n///"
SORT = "/// sort | ¿Dónde va?\n= Lo guardo\n- Su nombre\n  > Es suyo.\n= Lo cuento\n- Un riesgo\n  > Al equipo.\n///"


def faults(text: str) -> list[tuple[int, str]]:
    return [(fault.line, str(fault.sentence)) for fault in markup.convert(text).faults]


def test_a_scenario_is_steps_with_links_between_them() -> None:
    html = markup.render(SCENARIO)
    assert html.count('<section class="scenario-step"') == 3
    assert '<a href="#s1-ir"' in html
    assert '<a href="#s1-preguntar"' in html
    assert 'id="s1-ir"' in html


def test_two_scenarios_of_a_text_have_steps_of_their_own() -> None:
    html = markup.render(f"{SCENARIO}\n\n{SCENARIO}")
    assert 'id="s1-inicio"' in html
    assert 'id="s2-inicio"' in html


def test_a_check_says_of_each_choice_whether_it_fits_and_why() -> None:
    html = markup.render(CHECK)
    assert "<summary>Lo hablo.</summary><p><strong>Sí.</strong> Nombras el límite.</p>" in html
    assert "<summary>Claro.</summary><p><strong>No del todo.</strong> Cansa.</p>" in html
    assert "<strong>Yes.</strong>" in markup.render(CHECK, locale="en")


def test_cards_say_their_pile_when_they_are_opened() -> None:
    html = markup.render(SORT)
    assert "Montones: <strong>Lo guardo</strong> · <strong>Lo cuento</strong>" in html
    assert "<summary>Su nombre</summary><p><strong>Lo guardo.</strong> Es suyo.</p>" in html


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("→ ir", "→ nadie", 5, "Ningún paso del escenario se llama «nadie»"),
        ("--- ir", "--- preguntar", 8, "se llama también"),
        ("- Preguntar qué necesita -> preguntar\n", "", 12, "no lleva ninguna opción"),
        ("--- ir", "--- cajón", 8, "solo minúsculas sin acentos"),
        ("→ ir", "→ cajón", 5, "solo minúsculas sin acentos"),
        ("--- inicio\n", "", 2, "empieza con el nombre de su primer paso"),
    ],
)
def test_what_is_wrong_in_a_scenario_is_said_with_its_line(old: str, new: str, line: int, words: str) -> None:
    assert any(at == line and words in said for at, said in faults(SCENARIO.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (CHECK.replace("  > Cansa.\n", ""), 6, "le falta lo que se dice"),
        (CHECK.replace("[x]", "[ ]"), 2, "al menos una con [x]"),
        (CHECK.replace("- [ ] Claro.", "¿Y esto?"), 6, "no es una opción"),
        (SORT.replace("= Lo cuento\n", ""), 2, "al menos dos montones"),
        (SORT.replace("  > Al equipo.", "Al equipo."), 7, "no es un montón"),
    ],
)
def test_what_is_wrong_in_a_check_or_a_sort_is_said_with_its_line(text: str, line: int, words: str) -> None:
    assert any(at == line and words in said for at, said in faults(text))


@pytest.mark.parametrize("text", [SCENARIO, CHECK, SORT])
def test_no_script_comes_through_a_choice(text: str) -> None:
    html = markup.convert(text.replace("Decir que sí", "`<b>`<script>x</script>").replace("Claro.", "<img src=x>")).html
    assert "<script" not in html
    assert "<img" not in html


def test_a_long_sentence_is_found_where_it_begins() -> None:
    long = " ".join(["palabra"] * 26)
    assert list(long_sentences(f"## Corto\n\nUna frase.\n{long}. Otra.\n\n- {long}")) == [(4, 26), (6, 26)]


def test_a_list_a_heading_and_a_colon_end_a_sentence() -> None:
    half = " ".join(["palabra"] * 15)
    assert not list(long_sentences(f"## {half}\n{half}: {half}\n- {half}\n- {half}"))
