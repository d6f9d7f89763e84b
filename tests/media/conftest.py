"""The school of tests/learning."""

from tests.learning.conftest import school

__all__ = ["school"]
