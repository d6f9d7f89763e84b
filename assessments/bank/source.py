"""Reads questions.md (docs/content.md): text in, dataclasses out, or every fault with its file and line."""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

KINDS = ("situation", "single", "multiple", "boolean")
FULL = 10_000  # a whole score, in hundredths of a per cent
MAX_BYTES = 200_000
MAX_QUESTIONS = 500
MAX_CHOICES = 12

_HEADING = re.compile(r"##\s+(\S+)\s+·\s+(\S+)\s*$")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*$")
_COMPETENCY = re.compile(r"competency:\s*(\d{1,2}\.\d{1,2})\s*$")
_CHOICE = re.compile(r"- \[([^\]]{0,8})\]\s+(.*)$")


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """One choice. `score` in hundredths of a per cent: its own (graded), full or 0 (one right), ± a share (several right)."""

    text: str
    score: int
    feedback: str


@dataclass(frozen=True, slots=True)
class SourceQuestion:
    """One question as written; texts are Markdown."""

    name: str
    kind: str
    competency: str
    stem: str
    choices: tuple[SourceChoice, ...]
    line: int


@dataclass(frozen=True, slots=True)
class QuizSource:
    """A whole questions.md. `pass_mark` in hundredths of a per cent."""

    title: str
    pass_mark: int
    attempts: int
    draw: int
    questions: tuple[SourceQuestion, ...]


class QuestionsFaulty(Exception):
    """The text cannot be imported; `faults` are sentences that begin with `file:line:`."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass
class _Choice:
    mark: str
    line: int
    text: list[str]
    feedback: list[str] = field(default_factory=list)


@dataclass
class _Block:
    name: str
    kind: str
    line: int
    competency: str = ""
    stem: list[str] = field(default_factory=list)
    choices: list[_Choice] = field(default_factory=list)


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[str] = []

    def fault(self, line: int, sentence: str) -> None:
        self.faults.append(f"{self.file}:{line}: {sentence}")

    def head(self, lines: list[str]) -> tuple[dict[str, Any], int]:
        """The front matter, and the number of lines that it takes."""
        if not lines or lines[0].strip() != "---":
            self.fault(1, "The file begins with its rules between two lines of ---.")
            return {}, 0
        end = next((i for i, line in enumerate(lines[1:40], 1) if line.strip() == "---"), None)
        if end is None:
            self.fault(1, "The second --- that ends the rules is missing.")
            return {}, 0
        try:
            found = yaml.safe_load("\n".join(lines[1:end])) or {}
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            self.fault(2 + (mark.line if mark else 0), "The rules are not readable YAML.")
            return {}, end + 1
        if not isinstance(found, dict):
            self.fault(2, "The rules are lines of `name: value`.")
            found = {}
        where = {line.partition(":")[0].strip(): i for i, line in enumerate(lines[1:end], 2)}
        for name in sorted(set(map(str, found)) - {"title", "pass", "attempts", "draw"}):
            self.fault(where.get(name, 1), f"`{name}` is not a rule of a quiz: title, pass, attempts, draw.")
        if not isinstance(found.get("title"), str) or not found["title"].strip():
            self.fault(where.get("title", 1), "The quiz needs a title.")
        for name, low, high in (("pass", 1, 100), ("attempts", 1, 20), ("draw", 1, MAX_QUESTIONS)):
            value = found.get(name)
            if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
                self.fault(where.get(name, 1), f"`{name}` is a whole number from {low} to {high}.")
        return found, end + 1

    def blocks(self, lines: list[str], skip: int) -> list[_Block]:
        """The questions, roughly: what belongs to which."""
        blocks: list[_Block] = []
        for number, line in enumerate(lines[skip:], skip + 1):
            if line.startswith("## "):
                if heading := _HEADING.match(line):
                    blocks.append(_Block(heading[1], heading[2], number))
                else:
                    self.fault(number, "A question begins with `## name · kind`.")
                    blocks.append(_Block("", "", number))
            elif not blocks:
                if line.strip():
                    self.fault(number, "This text belongs to no question: it stands before the first `## name · kind`.")
            else:
                self._line(blocks[-1], number, line)
        return blocks

    def _line(self, block: _Block, number: int, line: str) -> None:
        if not block.competency and not block.stem and (found := _COMPETENCY.match(line)):
            block.competency = found[1]
        elif found := _CHOICE.match(line):
            block.choices.append(_Choice(found[1].strip(), number, [found[2].strip()]))
        elif not block.choices:
            if line.strip() or block.stem:
                block.stem.append(line)
        elif (text := line.strip()).startswith(">"):
            block.choices[-1].feedback.append(text[1:].strip())
        elif text and line.startswith("  ") and not block.choices[-1].feedback:
            block.choices[-1].text.append(text)
        elif text:
            self.fault(number, "After a choice comes its feedback (`  > …`), the next choice or the next question.")

    def question(self, block: _Block) -> SourceQuestion | None:
        """The question, checked; None if it is faulty."""
        before = len(self.faults)
        if not block.name:
            return None
        if not _NAME.match(block.name) or len(block.name) > 80:
            self.fault(block.line, f"`{block.name}`: a name has lower-case letters, digits and hyphens, at most 80.")
        if block.kind not in KINDS:
            self.fault(block.line, f"`{block.kind}` is not a kind of question: {', '.join(KINDS)}.")
        if not block.competency:
            self.fault(block.line, "The line `competency: 1.2` is missing.")
        if not (stem := "\n".join(block.stem).strip()):
            self.fault(block.line, "The question has no text.")
        if not 2 <= len(block.choices) <= MAX_CHOICES:
            self.fault(block.line, f"A question has from 2 to {MAX_CHOICES} choices.")
        seen: set[str] = set()
        for choice in block.choices:
            text = " ".join(choice.text)
            if not text:
                self.fault(choice.line, "The choice has no text.")
            if text in seen:
                self.fault(choice.line, "Two choices of this question say the same.")
            seen.add(text)
            if not " ".join(choice.feedback).strip():
                self.fault(choice.line, "The choice has no feedback.")
        scores = self._graded(block) if block.kind == "situation" else self._marked(block)
        if len(self.faults) > before:
            return None
        choices = tuple(
            SourceChoice(" ".join(choice.text), score, " ".join(choice.feedback).strip())
            for choice, score in zip(block.choices, scores, strict=True)
        )
        return SourceQuestion(block.name, block.kind, block.competency, stem, choices, block.line)

    def _graded(self, block: _Block) -> list[int]:
        scores = []
        for choice in block.choices:
            if not choice.mark.isascii() or not choice.mark.isdigit() or int(choice.mark) > 100:
                self.fault(choice.line, "A situation's choice carries its score, from [0] to [100].")
                continue
            scores.append(int(choice.mark) * 100)
        if len(scores) == len(block.choices) and scores.count(FULL) != 1:
            self.fault(block.line, "Exactly one choice of a situation has the score 100.")
        return scores

    def _marked(self, block: _Block) -> list[int]:
        for choice in block.choices:
            if choice.mark not in ("x", ""):
                self.fault(choice.line, "A choice is marked [x] when it is right and [ ] when it is not.")
        right = sum(choice.mark == "x" for choice in block.choices)
        if block.kind == "multiple":
            if right < 2:
                self.fault(block.line, "A question of kind multiple has at least two right choices.")
            share = round(FULL / right) if right else 0
            return [share if choice.mark == "x" else -share for choice in block.choices]
        if block.kind in KINDS and right != 1:
            self.fault(block.line, f"A question of kind {block.kind} has exactly one right choice.")
        if block.kind == "boolean" and len(block.choices) != 2:
            self.fault(block.line, "A question of kind boolean has two choices.")
        return [FULL if choice.mark == "x" else 0 for choice in block.choices]


def parse(text: str, file: str = "questions.md") -> QuizSource:
    """The quiz that `text` describes. Raises QuestionsFaulty with all faults, each beginning with `file:line:`."""
    reader = _Reader(file)
    if len(text.encode()) > MAX_BYTES:
        raise QuestionsFaulty([f"{file}:1: The file is larger than {MAX_BYTES} bytes."])
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        raise QuestionsFaulty([f"{file}:{line}: There is an unreadable character."])
    lines = text.removeprefix("\ufeff").splitlines()
    head, skip = reader.head(lines)
    blocks = reader.blocks(lines, skip)
    if len(blocks) > MAX_QUESTIONS:
        raise QuestionsFaulty([f"{file}:1: A quiz has at most {MAX_QUESTIONS} questions."])
    questions: list[SourceQuestion] = []
    first: dict[str, int] = {}
    for block in blocks:
        if block.name and block.name in first:
            reader.fault(block.line, f"`{block.name}` is already the name of the question in line {first[block.name]}.")
        first.setdefault(block.name, block.line)
        if question := reader.question(block):
            questions.append(question)
    if not blocks:
        reader.fault(skip + 1, "There are no questions.")
    draw = head.get("draw")
    if not reader.faults and draw > len(questions):
        reader.fault(1, f"`draw` asks for {draw} questions and there are {len(questions)}.")
    if reader.faults:
        raise QuestionsFaulty(sorted(reader.faults, key=lambda fault: int(fault[len(file) + 1 :].partition(":")[0])))
    return QuizSource(head["title"].strip(), head["pass"] * 100, head["attempts"], draw, tuple(questions))
