"""What a spreadsheet would take for a formula."""

import unicodedata

FORMULA_BEGINS = ("=", "+", "-", "@")


def begins_formula(value: str) -> bool:
    """Whether a spreadsheet would compute this text, also when it is written with wide characters."""
    return unicodedata.normalize("NFKC", value).lstrip().startswith(FORMULA_BEGINS)


def neutral(value: str) -> str:
    """A cell that no spreadsheet computes: an apostrophe before what would be a formula."""
    return f"'{value}" if begins_formula(value) or value[:1] in ("\t", "\r", "\n") else value
