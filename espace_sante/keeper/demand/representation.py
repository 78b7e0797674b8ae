"""Who acts for her by law: a power noted by one agent, confirmed by another, ended, contested by her.

Part of the frozen contract with the keeper. Source: docs/specs/demand.md; docs/decisions/0060.
"""

from __future__ import annotations

import msgspec


class RepresentationParams(msgspec.Struct, frozen=True, omit_defaults=True):
    """A power as a decision or the family record says it: whose (first name and name), by which measure, what it gives over her.

    `basis`: the decision or the record, as it was seen. `starts`, `ends`: days AAAA-MM-JJ, `ends` "" for a child until its majority.
    `sole`: a parent alone; `acts`: those a decision names, for the measure that gives no others.
    """

    name: str
    measure: str
    power: str
    basis: str
    starts: str
    ends: str = ""
    sole: bool = False
    acts: tuple[str, ...] = ()


class RepresentationNoted(msgspec.Struct, frozen=True, omit_defaults=True):
    """The power's number, its last day (AAAA-MM-JJ, excluded), and once confirmed the code its holder accepts with, told once."""

    number: str
    ends: str
    code: str = ""


class EndRepresentationParams(msgspec.Struct, frozen=True):
    """The number of the power that is over, and by what."""

    number: str
    basis: str


class ContestRepresentationParams(msgspec.Struct, frozen=True):
    """The number of the power she contests, "" for all of them."""

    number: str = ""


class RepresentationView(msgspec.Struct, frozen=True):
    """A power as she sees it: whose, by which measure, what it gives, from when until when, and where it is now.

    `acts`: those a decision names, and no others; none where the measure says what it gives.
    """

    number: str
    name: str
    measure: str
    power: str
    basis: str
    starts: str
    ends: str
    phase: str
    sole: bool = False
    acts: tuple[str, ...] = ()
