"""The proof of a will: which words were shown, what was answered, by which channel, and what it changed.

The words stand in files of `notices/`, one by language; their hash goes into every receipt, so that the exact text can
be produced again. A change of words is a new version. Nothing here keeps anything: values in, values out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

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


# What the notice says where silence opens nothing, and what it says instead where it does after six weeks.
SILENCE: Mapping[NoticeLanguage, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        NoticeLanguage.FRENCH: (
            ("# Un espace de santé, seulement si vous le voulez\n", "# Un espace de santé : oui ou non, répondez\n"),
            (
                "Aujourd’hui, cet espace n’existe pas. Si vous ne répondez pas, il n’existera pas : le silence n’ouvre rien, "
                "ni dans six semaines, ni dans dix ans.",
                "Sans réponse de votre part six semaines après la remise de cette lettre, cet espace est ouvert sans votre oui. "
                "Des professionnels peuvent alors y déposer des documents. Personne n’y lit tant que vous n’avez pas dit oui. "
                "Vous pouvez dire non à tout moment : il est effacé.",
            ),
            (
                "- Plus tard, je ne décide pas maintenant.",
                "- Plus tard : je sais que le délai de six semaines continue.",
            ),
        ),
        NoticeLanguage.SIMPLE_FRENCH: (
            ("# Un espace de santé : c’est vous qui choisissez\n", "# Un espace de santé : répondez oui ou non\n"),
            (
                "Vous n’avez pas encore d’espace de santé.\n\nSi vous ne répondez pas, vous n’en aurez pas.",
                "Vous avez six semaines pour répondre à cette lettre. Après, nous ouvrons un espace sans votre oui.\n\n"
                "Des médecins peuvent alors y mettre des papiers. Personne ne peut les lire avant votre oui.\n\n"
                "Vous pouvez dire non quand vous voulez. Alors nous effaçons tout.",
            ),
            ("- Plus tard, je ne choisis pas maintenant.", "- Plus tard. Je sais que les six semaines continuent."),
        ),
        NoticeLanguage.ENGLISH: (
            ("# A health space, only if you want one\n", "# A health space: answer yes or no\n"),
            (
                "Today this space does not exist. If you do not answer, it will not exist: silence opens nothing, neither in six "
                "weeks nor in ten years.",
                "Without an answer from you six weeks after this letter was handed over, this space is opened without your yes. "
                "Professionals may then deposit documents in it. Nobody reads anything in it until you have said yes. "
                "You may say no at any time: it is erased.",
            ),
            ("- Later, I am not deciding now.", "- Later: I know that the six weeks go on."),
        ),
    }
)

# The questions of the opening notice in the order of its text, with the answers in the order of their lines.
_QUESTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("opening", tuple(answer.value for answer in Opening)),
    ("deposits", tuple(answer.value for answer in Deposits)),
)


@cache
def opening_notice(language: NoticeLanguage = NoticeLanguage.FRENCH, *, silence_opens: bool = False) -> Notice:
    """Return the notice shown before someone decides whether to open a space, in one language.

    The words are the file's, without a change; where the operator published that silence opens a space, those about silence
    are others, and so is the version. Source: inclusion.md HLP-14.
    """
    content = _FOLDER.joinpath(f"opening-{language.value}.md").read_bytes()
    if not silence_opens:
        return parse_notice(content, language)
    words = content.decode("utf-8")
    for said, instead in SILENCE[language]:
        if words.count(said) != 1:
            raise ValueError("the notice does not say once what silence does")
        words = words.replace(said, instead)
    return replace(parse_notice(words.encode(), language), version=f"{NOTICE_VERSION}-six-weeks")


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
