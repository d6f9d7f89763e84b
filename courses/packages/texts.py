"""What stands in the lessons that a package becomes, in both languages: they are published, not shown from the catalogue."""

from typing import Any

from markupsafe import escape

REFLECTION = {
    "es": "¿Qué te llevas de esta actividad para tu próximo encuentro?",
    "en": "What do you take from this activity to your next encounter?",
}
ALTERNATIVE = {
    "es": "¿Qué le diría esta actividad a alguien que empieza a acompañar?",
    "en": "What would this activity tell somebody who is beginning to accompany?",
}
_DOORS = {
    True: {
        "es": ("Se abre en una página aparte y guarda por dónde vas. Puedes dejarla y volver.", "Ir a la actividad"),
        "en": (
            "It opens on a page of its own and keeps your place. You can leave it and come back.",
            "Go to the activity",
        ),
    },
    False: {
        "es": ("Se abre en una página aparte. Cuando la hayas visto, márcala aquí como hecha.", "Ver el material"),
        "en": ("It opens on a page of its own. When you have seen it, mark it as done here.", "See the material"),
    },
}


def spoken(text: str, language: str) -> dict[str, str]:
    """A text of one language for readers of both: Spanish stands in for whatever is missing, so it is never left out."""
    return {"es": text} if language == "es" else {"es": text, language: text}


def door(lesson_slug: str, tells: bool) -> dict[str, Any]:
    """The HTML of a lesson that leads to a part of a package; its address is beside the lesson's own."""
    return {
        language: f'<p>{escape(line)}</p>\n<p class="actions"><a class="button" href="{lesson_slug}/package">{escape(words)}</a></p>'
        for language, (line, words) in _DOORS[tells].items()
    }
