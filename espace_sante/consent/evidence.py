"""The proof of a will: which words were shown, what was answered, by which channel, and what it changed.

The words stand in files of `notices/`, by version and language; their hash goes into every receipt, so that the exact text
can be produced again. A change of words is a new version, and older ones stay. Nothing here keeps anything: values in, values
out. Source: docs/decisions/0027.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from itertools import product
from pathlib import Path
from types import MappingProxyType

from espace_sante.consent.choices import Choice, said_as
from espace_sante.consent.emergency import NO_EMERGENCY, EmergencyWill
from espace_sante.consent.grant import Scope, ScopeKind
from espace_sante.consent.rights import Rights
from espace_sante.consent.silence import SILENCE_TODAY, SILENCES
from espace_sante.consent.silence import NoticeLanguage as NoticeLanguage

NOTICE_VERSION = "2026-11-2"

_FOLDER = Path(__file__).with_name("notices")


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


class Emergency(StrEnum):
    """The answers to "may a professional read in an emergency": never, beside her, or the emergency call too."""

    NO = "no"
    BEDSIDE = "bedside"
    ALL = "all"


class Use(StrEnum):
    """The answers to "may your data serve this"."""

    YES = "yes"
    NO = "no"


_Asked = tuple[tuple[str, tuple[str, ...]], ...]
_FIRST: _Asked = (
    ("opening", tuple(answer.value for answer in Opening)),
    ("deposits", tuple(answer.value for answer in Deposits)),
)
_USES = ("measures", "public_health", "policy", "statistics", "teaching", "research", "care_delivery")
# The questions of each version in the order of its text, with the answers in the order of their lines.
_QUESTIONS: Mapping[str, _Asked] = MappingProxyType(
    {
        "2026-11-1": _FIRST,
        NOTICE_VERSION: (
            *_FIRST,
            ("emergency", tuple(answer.value for answer in Emergency)),
            *((code, tuple(answer.value for answer in Use)) for code in _USES),
        ),
    }
)
# The versions whose words say that an author may read his own deposit again: only there is a yes to deposits one to that.
_TELL_OF_AUTHORS = frozenset({NOTICE_VERSION})


@dataclass(frozen=True, slots=True)
class Answers:
    """What she answered; each question apart. An answer that was not given stays None or absent, and gives nothing.

    `further`: by question, the answers to those that only some versions ask; `version`: whose words were shown.
    """

    opening: Opening | None = None
    deposits: Deposits | None = None
    further: Mapping[str, str] = field(default_factory=dict)
    version: str = NOTICE_VERSION

    @property
    def opens(self) -> bool:
        """Say whether a space is to be opened: only by an express yes. Guarantee: G1."""
        return self.opening is Opening.YES

    @property
    def refuses(self) -> bool:
        """Say whether this is a refusal; `later` and silence are not."""
        return self.opening is Opening.NO

    @property
    def were_asked(self) -> bool:
        """Say whether every further answer is one that the words of that version offer."""
        offered = dict(further_questions(self.version))
        return all(answer in offered.get(name, ()) for name, answer in self.further.items())

    def first_rights(self, now: datetime | None = None) -> Rights:
        """Return the rights a space begins with: nobody reads, and each thing only by an express yes to its question.

        An author reads his deposit again only when the words shown said so. Answers that were not asked give nothing.
        """
        deposits = self.opens and self.deposits is Deposits.YES
        authors = deposits and _asked_as(self.version) in _TELL_OF_AUTHORS
        if not self.opens or not self.were_asked:
            return Rights(accepts_deposits=deposits, authors_read=authors)
        uses = frozenset(name for name in _USES if self.further.get(name) == Use.YES)
        emergency = _emergency(self.further.get("emergency"), now)
        rights = Rights(deposits, authors_read=authors, purposes=uses, emergency=emergency)
        if now is None:
            return rights
        said = [said_as(Choice.PURPOSE, name) for name in self.further if name in _USES]
        if self.deposits is not None:
            said += [said_as(Choice.DEPOSITS)] + [said_as(Choice.AUTHORS)] * authors
        for what in said:
            rights = rights.with_said(what, now)
        return rights


def _emergency(answer: str | None, now: datetime | None) -> EmergencyWill:
    """Return her first will for an emergency: a yes covers everything she does not hide; no answer stays no answer."""
    if answer is None:
        return NO_EMERGENCY
    if answer == Emergency.NO:
        return EmergencyWill(since=now)
    return EmergencyWill(answer == Emergency.ALL, True, scope=Scope(ScopeKind.EVERYTHING), since=now)


def further_questions(version: str = NOTICE_VERSION) -> _Asked:
    """Return the questions a version asks besides the first two, with their answers; none for a version unknown here."""
    return _QUESTIONS.get(_asked_as(version), ())[len(_FIRST) :]


def _asked_as(version: str) -> str:
    """Return the version whose questions a version asks: what follows the date and its number changes other words only."""
    return "-".join(version.split("-")[:3])


@cache
def opening_notice(
    language: NoticeLanguage = NoticeLanguage.FRENCH,
    version: str = NOTICE_VERSION,
    *,
    silence_opens: bool = False,
    silence: str = SILENCE_TODAY,
) -> Notice:
    """Return the notice shown before someone decides whether to open a space, in one language.

    The words are the file's, without a change; where the operator published that silence opens a space, those about silence
    are others, and so is the version. `silence`: which of them, as SILENCES names them. Source: inclusion.md HLP-14.
    """
    content = _FOLDER.joinpath(version, f"opening-{language.value}.md").read_bytes()
    if not silence_opens:
        return parse_notice(content, language, version)
    words = content.decode("utf-8")
    for said, instead in SILENCES[silence][language]:
        if words.count(said) != 1:
            raise ValueError("the notice does not say once what silence does")
        words = words.replace(said, instead)
    return replace(parse_notice(words.encode(), language, version), version=f"{version}-{silence}")


def every_notice() -> Mapping[str, Notice]:
    """Return every notice ever shown, by the hash a receipt names it with."""
    found = (
        opening_notice(language, version, silence_opens=bool(silence), silence=silence)
        for version, language, silence in product(_QUESTIONS, NoticeLanguage, ("", *SILENCES))
    )
    return {notice.sha256: notice for notice in found}


def parse_notice(content: bytes, language: NoticeLanguage, version: str = NOTICE_VERSION) -> Notice:
    """Read a notice: a title, sections, then the questions in their order, each with its answers as a list.

    Raises ValueError when the text does not ask exactly the questions expected, each with all its answers: a person
    must never be shown a yes without its no.
    """
    words = content.decode("utf-8")
    title, *parts = words.split("\n## ")
    expected = _QUESTIONS[version]
    count = len(expected)
    sections, asked = parts[:-count], parts[-count:]
    if not title.startswith("# ") or len(asked) != count:
        raise ValueError("a notice has a title, then its questions last")
    head, *opening_paragraphs = _blocks(title.removeprefix("# "))
    return Notice(
        version=version,
        language=language,
        words=words,
        sha256=hashlib.sha256(content).hexdigest(),
        title=head,
        sections=(Section("", tuple(opening_paragraphs)), *(_section(part) for part in sections)),
        questions=tuple(_question(part, *each) for part, each in zip(asked, expected, strict=True)),
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
