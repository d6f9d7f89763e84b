"""What the checker says of the keys of a file's head, in the words of the page's fields."""

import re
from typing import Any

from courses.authoring.forms import KEYS, FileForm
from courses.authoring.rewriting import ORDER

_KEY = re.compile(rf"«({'|'.join(ORDER)})»")


def spoken(sentence: str) -> str:
    """A sentence with the names of fields in place of their keys."""
    fields: Any = vars(FileForm)
    return _KEY.sub(lambda found: f"«{fields[KEYS.get(found[1], found[1])].args[0]}»", sentence)


def field_named(sentence: str) -> str:
    """The field whose key a sentence names; empty when it names none."""
    found = _KEY.search(sentence)
    return KEYS.get(found[1], found[1]) if found else ""
