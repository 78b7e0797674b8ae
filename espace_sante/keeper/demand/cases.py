"""Contests, mistakes, and support by ticket.

Part of the frozen contract with the keeper. Source: docs/specs/demand.md.
"""

from __future__ import annotations

import msgspec


class ContestParams(msgspec.Struct, frozen=True):
    """Which entries of her journal she did not expect (their references or numbers), why (a code), her words, and whether to block him.

    `undo`: what they gave, made from a page of the post, is taken back at once. Of the code `not-my-choice`, all that agents had her
    give on the day of these lines ends.
    """

    entries: list[str]
    reason: str
    words: str = ""
    block: bool = False
    undo: bool = False


class MistakeParams(msgspec.Struct, frozen=True):
    """Which document is wrong (16 bytes of its row), in what (a code), her words, and whether to hide it from all."""

    document: bytes
    reason: str
    words: str = ""
    hide: bool = False


class CaseOpened(msgspec.Struct, frozen=True):
    """The number of her case (32 hex), the last day of its answer (AAAA-MM-JJ), and her receipt.

    `undone`: the day (AAAA-MM-JJ) of which everything that was given ended, "" when nothing did.
    """

    receipt: bytes
    case: str = ""
    due: str = ""
    undone: str = ""


class CaseSaid(msgspec.Struct, frozen=True):
    """An answer she received: its code, its words, when (RFC 3339 UTC)."""

    outcome: str
    text: str
    at: str


class CaseSeen(msgspec.Struct, frozen=True):
    """A case as shown to her; days AAAA-MM-JJ. `late`: the last day is over and nobody answered."""

    case: str
    kind: str
    practitioner: str
    name: str
    structure: str
    entries: tuple[str, ...]
    reason: str
    opened: str
    due: str
    answered: bool
    late: bool
    answers: tuple[CaseSaid, ...]


class CaseListParams(msgspec.Struct, frozen=True):
    """One page of what the operator has to answer, the nearest deadline first, after a day (AAAA-MM-JJ) and a number."""

    after_due: str = ""
    after: str = ""
    count: int = 50


class CaseLine(msgspec.Struct, frozen=True):
    """A case as shown to the operator. `waits`: its answer is written and waits for a second account; `mine`: written by you."""

    case: str
    kind: str
    practitioner: str
    name: str
    structure: str
    entries: tuple[str, ...]
    reason: str
    opened: str
    due: str
    late: bool
    waits: bool
    mine: bool
    outcome: str = ""
    text: str = ""


class CaseListAnswer(msgspec.Struct, frozen=True):
    """The cases of the page."""

    cases: tuple[CaseLine, ...]


class AnswerCaseParams(msgspec.Struct, frozen=True):
    """What is answered: a code, and the words she will read."""

    outcome: str
    text: str


class ConfirmCaseParams(msgspec.Struct, frozen=True):
    """Confirm the answer that waits: the SHA-256 of its words, so that what is confirmed is what was read."""

    text_sha256: bytes


class CaseMoved(msgspec.Struct, frozen=True):
    """Whether the answer was sent to her; if not, it waits for a second account."""

    sent: bool


class AllowSupportParams(msgspec.Struct, frozen=True):
    """The ticket's number, for how many hours, and whether her journal may be seen besides the state of her choices."""

    ticket: str
    hours: int
    journal: bool = False


class EndSupportParams(msgspec.Struct, frozen=True):
    """End the help: nothing more to say."""


class OpenSupportParams(msgspec.Struct, frozen=True):
    """Open what she allowed for the ticket named as the person ("ticket:<number>")."""


class SupportOpened(msgspec.Struct, frozen=True):
    """Whether it is open; if not, it waits for a second account. `ends` RFC 3339 UTC."""

    opened: bool
    ends: str


class ReadSupportParams(msgspec.Struct, frozen=True):
    """See what she allowed: the state of her choices, and when she said so a page of her journal, as in JournalParams."""

    before: int = 0
    count: int = 50


class SupportAnswer(msgspec.Struct, frozen=True):
    """The state of her choices as numbers and words, never a name or a title; and records of her journal when allowed."""

    ends: str
    choices: dict[str, str]
    records: tuple[bytes, ...] = ()


class SupportView(msgspec.Struct, frozen=True):
    """The help she allows, as shown to her; instants RFC 3339 UTC. `opened`: two accounts opened it."""

    ticket: str
    ends: str
    journal: bool
    opened: bool


class RenewAccountParams(msgspec.Struct, frozen=True):
    """Which account serves again: the name of its provider of identity, a bar, and what that provider calls it."""

    account: str


class AccountRenewed(msgspec.Struct, frozen=True):
    """It is done."""
