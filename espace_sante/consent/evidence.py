"""The proof of a will: which words were shown, what was answered, by which channel, and what it changed.

The words stand in files of `notices/`, one by language; their hash goes into every receipt, so that the exact text can
be produced again. A change of words is a new version. Nothing here keeps anything: values in, values out.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from espace_sante.consent.rights import Rights

NOTICE_VERSION = "2026-11-1"

_FOLDER = Path(__file__).with_name("notices")


class NoticeLanguage(StrEnum):
    """The languages the opening notice is written in; each is a full text, none is a summary."""

    FRENCH = "fr"
    SIMPLE_FRENCH = "fr-simple"
    ENGLISH = "en"


class Opening(StrEnum):
    """The answers to "do you want a space"; `later` is an answer that changes nothing, as silence does."""

    YES = "yes"
    NO = "no"
    LATER = "later"


class Deposits(StrEnum):
    """The answers to "may professionals deposit in it"."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Question:
    """One question as it is asked: its words, and each answer's identifier and words in the order of the text."""

    name: str
    title: str
    explanation: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the notice before the questions: a title (empty for the first one: the notice's) and paragraphs."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """The words shown before an answer: `words` verbatim, `sha256` (hexadecimal) of their UTF-8 bytes."""

    version: str
    language: NoticeLanguage
    words: str
    sha256: str
    title: str
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """What she answered; each question apart. An answer that was not given stays None and gives nothing."""

    opening: Opening | None = None
    deposits: Deposits | None = None

    @property
    def opens(self) -> bool:
        """Say whether a space is to be opened: only by an express yes. Guarantee: G1."""
        return self.opening is Opening.YES

    @property
    def refuses(self) -> bool:
        """Say whether this is a refusal; `later` and silence are not."""
        return self.opening is Opening.NO

    def first_rights(self) -> Rights:
        """Return the rights a space begins with: nobody reads; deposits only by an express yes to both questions."""
        return Rights(accepts_deposits=self.opens and self.deposits is Deposits.YES)


# The questions of the opening notice in the order of its text, with the answers in the order of their lines.
_QUESTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("opening", tuple(answer.value for answer in Opening)),
    ("deposits", tuple(answer.value for answer in Deposits)),
)


@cache
def opening_notice(language: NoticeLanguage = NoticeLanguage.FRENCH) -> Notice:
    """Return the notice shown before someone decides whether to open a space, in one language.

    The words are the file's, without a change. Source: inclusion.md HLP-14.
    """
    return parse_notice(_FOLDER.joinpath(f"opening-{language.value}.md").read_bytes(), language)


def parse_notice(content: bytes, language: NoticeLanguage) -> Notice:
    """Read a notice: a title, sections, then the questions in their order, each with its answers as a list.

    Raises ValueError when the text does not ask exactly the questions expected, each with all its answers: a person
    must never be shown a yes without its no.
    """
    words = content.decode("utf-8")
    title, *parts = words.split("\n## ")
    count = len(_QUESTIONS)
    sections, asked = parts[:-count], parts[-count:]
    if not title.startswith("# ") or len(asked) != count:
        raise ValueError("a notice has a title, then its questions last")
    head, *opening_paragraphs = _blocks(title.removeprefix("# "))
    return Notice(
        version=NOTICE_VERSION,
        language=language,
        words=words,
        sha256=hashlib.sha256(content).hexdigest(),
        title=head,
        sections=(Section("", tuple(opening_paragraphs)), *(_section(part) for part in sections)),
        questions=tuple(_question(part, *expected) for part, expected in zip(asked, _QUESTIONS, strict=True)),
    )


def _blocks(text: str) -> list[str]:
    return [block.strip() for block in text.split("\n\n") if block.strip()]


def _section(text: str) -> Section:
    title, *paragraphs = _blocks(text)
    return Section(title, tuple(paragraphs))


def _question(text: str, name: str, answers: tuple[str, ...]) -> Question:
    title, *blocks = _blocks(text)
    lines = blocks.pop().split("\n") if blocks else []
    if len(lines) != len(answers) or not all(line.startswith("- ") for line in lines):
        raise ValueError(f"the question {name!r} does not offer each of its {len(answers)} answers")
    choices = tuple((answer, line.removeprefix("- ")) for answer, line in zip(answers, lines, strict=True))
    return Question(name, title, tuple(blocks), choices)
