"""Decisions about people from a spreadsheet."""

STATES = ("reading", "unreadable", "judged", "queued", "done", "refused", "dropped")
