"""Markdown of questions as safe HTML."""

import markdown
import nh3


def block(text: str) -> str:
    """A stem: paragraphs."""
    return nh3.clean(markdown.markdown(text))


def phrase(text: str) -> str:
    """A choice or its feedback: without the paragraph around it, so that it fits into a label."""
    html = block(text).strip()
    if html.count("<p>") == 1 and html.startswith("<p>") and html.endswith("</p>"):
        return html[3:-4]
    return html
