"""Mandates: who is named, checked, accepts, sees what he may do, ends; and an account's own list of whom it may act for.

Part of the frozen contract with the keeper. Source: docs/specs/demand.md; docs/decisions/0058.
"""

from __future__ import annotations

import msgspec


class NameHelperParams(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whom she names (first name and name), which acts, one by one, for how many days; `reads` and `hidden` ticked apart.

    `message`: an agent records it, and her yes is asked by short message in place of a paper that a second agent checks.
    """

    name: str
    acts: list[str]
    days: int = 1
    reads: bool = False
    hidden: bool = False
    message: bool = False


class NamedAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The code the helper accepts with, given once and kept nowhere, the mandate's number, until when it may be accepted.

    `checks`: an agent recorded it, and another one has to check it first; `asked`: or her yes is asked by message. RFC 3339 UTC.
    `receipt` has no code.
    """

    receipt: bytes
    code: str = ""
    number: str = ""
    ends: str = ""
    checks: bool = False
    asked: bool = False


class CheckMandateParams(msgspec.Struct, frozen=True):
    """The number of the mandate whose paper was checked."""

    number: str


class AcceptMandateParams(msgspec.Struct, frozen=True):
    """How the helper wants to see her named in his own list. Which mandate it is stands in the demand's `person`."""

    label: str


class AcceptedAnswer(msgspec.Struct, frozen=True):
    """The reference that leads to her for this account alone (32 hex), and the mandate's end (RFC 3339 UTC)."""

    reference: str
    ends: str


class ReadMandateParams(msgspec.Struct, frozen=True):
    """Nothing more: which power it is stands in the demand's `person`."""


class MandateAnswer(msgspec.Struct, frozen=True):
    """For whom, what may be done, until when; and the lines of her journal that this power wrote, most recent first.

    `measure`: by which measure of the law he acts (identity.legal_tables.Measure), "" for whom she named.
    """

    name: str
    number: str
    acts: list[str]
    reads: bool
    hidden: bool
    starts: str
    ends: str
    records: list[bytes]
    references: list[str]
    measure: str = ""


class EndMandateParams(msgspec.Struct, frozen=True):
    """The number of the mandate to end, "" for all of them; from the helper, his own whatever is written."""

    number: str = ""


class MandateView(msgspec.Struct, frozen=True):
    """A mandate as shown to her; instants RFC 3339 UTC. `state`: "check", "waiting" or "active"; `helper`: as he signed in."""

    number: str
    name: str
    helper: str
    structure: str
    acts: list[str]
    reads: bool
    hidden: bool
    days: int
    state: str
    starts: str
    ends: str


class HeldPower(msgspec.Struct, frozen=True):
    """One line of an account's own list: the reference, how the holder names her, the last instant (RFC 3339 UTC), its length."""

    reference: str
    label: str
    ends: str
    days: int


class HeldPowers(msgspec.Struct, frozen=True, array_like=True, tag="held"):
    """Ask for whom the account of a session may act, for its own page (never for a decision)."""

    number: int
    session: bytes


class HeldAnswer(msgspec.Struct, frozen=True):
    """The list, in the order they end."""

    powers: list[HeldPower]
