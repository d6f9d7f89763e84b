"""Templates speak the language of whoever they are rendered for, also when they have been compiled for another."""

import pytest
from flask import Flask
from jinja2 import DictLoader

from lms.texts import speaking

PAGE = "{% from 'part' import said %}{{ _('Guardar') }} {{ said(_('Cursos')) }} {{ _('Hola, %(name)s:', name='<b>') }}"
PARTS = {
    "page.html": PAGE,
    "page.txt": PAGE,
    "part": "{% macro said(what) %}{{ what }}, {{ _('Cursos') }}{% endmacro %}",
}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("order", [("es_ES", "en_GB", "es_ES"), ("en_GB", "es_ES", "en_GB")])
def test_a_template_is_said_in_the_language_of_each_rendering(
    app: Flask, monkeypatch: pytest.MonkeyPatch, order: tuple[str, ...]
) -> None:
    monkeypatch.setattr(app.jinja_env, "loader", DictLoader(PARTS))
    monkeypatch.setattr(app.jinja_env, "_by_language", {})
    said = []
    for region in order:
        with app.test_request_context(), speaking(region):
            said.append(app.jinja_env.get_template("page.html").render())
    spanish, english = "Guardar Cursos, Cursos Hola, &lt;b&gt;:", "Save Courses, Courses Hello, &lt;b&gt;:"
    assert said == [{"es_ES": spanish, "en_GB": english}[region] for region in order]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_fixed_texts_are_not_asked_for_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.jinja_env, "loader", DictLoader({"page.html": "{{ _('Guardar') }}"}))
    monkeypatch.setattr(app.jinja_env, "_by_language", {})
    with app.test_request_context(), speaking("en_GB"):
        page = app.jinja_env.get_template("page.html")
        monkeypatch.setattr("lms.texts._words", lambda _text: pytest.fail("asked again"))
        assert page.render() == "Save"
