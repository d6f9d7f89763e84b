"""A chosen name that knows its pronouns."""

from typing import Any


class Called(str):
    """How a person is called. A plain text wherever a name stands; `beside` says it with the pronouns, where they help."""

    pronouns: str

    def __new__(cls, name: str, pronouns: str = "") -> "Called":
        """`name` with the pronouns that its owner gave, if any."""
        called = super().__new__(cls, name)
        called.pronouns = pronouns
        return called

    @property
    def beside(self) -> str:
        """ "Inés Campos (ella)"."""
        return f"{self} ({self.pronouns})" if self.pronouns else str(self)


def with_pronouns(name: Any) -> Any:
    """The filter of templates: for pages of those who accompany. A name without pronouns stays as it is."""
    return name.beside if isinstance(name, Called) else name
