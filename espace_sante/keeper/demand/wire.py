"""The envelopes: what is asked, what is answered.

Part of the frozen contract with the keeper. Source: docs/specs/demand.md.
"""

from __future__ import annotations

from typing import Annotated, Protocol

import msgspec

from espace_sante.keeper.delays import Delay
from espace_sante.keeper.demand.apps import ExchangeCode, Introspect, OpenBackend, RefreshApp, RevokeApp
from espace_sante.keeper.demand.contact import NoticesGone, TakeNotices, TextAnswered
from espace_sante.keeper.demand.launching import MakeLaunch, OpenLaunch, SayOnce
from espace_sante.keeper.demand.mandates import HeldPowers
from espace_sante.keeper.demand.printing import Prints
from espace_sante.keeper.departments import DepartmentCell
from espace_sante.keeper.indicators import Cell


class Ask(msgspec.Struct, frozen=True, array_like=True, tag="ask"):
    """Ask for one act to be decided, journaled and done.

    `session` is the SHA-256 of the session token; `person` names whose space is concerned: "self", "id:<32 hex>",
    "ins:<15 digits>", "local:<number>", "code:<invitation code>", "card:<code>", "mandate:<code>", "for:<32 hex>" (whom the
    account of the session may act for) or "" (none); for the operator's staff "case:<32 hex>", "letter:<32 hex>" or
    "ticket:<number>"; for a printing station "job:<reference>". `params` are the act's own, MessagePack.
    `idempotency` is the caller's key (empty for readings); `body` the SHA-256 of what the caller sent. `arrived` and `postmark`: of
    a form that an agent enters, the days (AAAA-MM-JJ) it came and was posted; "" when not said or not legible. `sheet` and `since`: the
    number of the sheet it is entered from afterwards and the day written on it (AAAA-MM-JJ), "" for what is done at once.
    `tie`: how an agent says that he is tied to the person he would act for (`consent.ties.Tie`), "" when he is not.
    """

    number: int
    act: str
    session: bytes
    person: str
    channel: str
    proof: str
    params: bytes
    on_behalf: bool = False
    idempotency: bytes = b""
    body: bytes = b""
    client: str = ""
    arrived: str = ""
    postmark: str = ""
    sheet: str = ""
    since: str = ""
    tie: str = ""


class SignIn(msgspec.Struct, frozen=True, array_like=True, tag="signin"):
    """Present a provider's signed assertion; the keeper verifies it and makes the session itself."""

    number: int
    assertion: str


class SignOut(msgspec.Struct, frozen=True, array_like=True, tag="signout"):
    """End a session, by the SHA-256 of its token."""

    number: int
    session: bytes


class WhoIs(msgspec.Struct, frozen=True, array_like=True, tag="whois"):
    """Ask who a session belongs to (for the page's heading and the choice of menu; never for a decision)."""

    number: int
    session: bytes


class Address(msgspec.Struct, frozen=True, array_like=True, tag="address"):
    """Ask for the public key to seal a deposit to. Answered alike whether the person has a space or not."""

    number: int
    session: bytes
    person: str


class Maintain(msgspec.Struct, frozen=True, array_like=True, tag="maintain"):
    """Do one round of upkeep: erase closing spaces, sweep orphan keys, expired letters, sessions, idempotency keys."""

    number: int
    kind: str


class Counts(msgspec.Struct, frozen=True, array_like=True, tag="counts"):
    """Ask for the public counts: anybody may; nothing under eleven is in the answer."""

    number: int


class Destroyed(msgspec.Struct, frozen=True, array_like=True, tag="destroyed"):
    """Ask for a certificate of destruction, by the reference of the last entry of the journal: whoever holds it may."""

    number: int
    reference: str


OfAnApp = ExchangeCode | RefreshApp | RevokeApp | Introspect | OpenBackend
AtTheDoor = SayOnce | MakeLaunch | OpenLaunch
OfTheClock = TakeNotices | NoticesGone | TextAnswered
Demand = (
    Ask
    | SignIn
    | SignOut
    | WhoIs
    | Address
    | Maintain
    | Counts
    | Destroyed
    | OfAnApp
    | AtTheDoor
    | OfTheClock
    | HeldPowers
    | Prints
)


class Done(msgspec.Struct, frozen=True, array_like=True, tag="done"):
    """Permitted, journaled, committed: the entry's public reference and the act's own answer (MessagePack)."""

    number: int
    entry: str
    effect: str
    payload: bytes


class Refused(msgspec.Struct, frozen=True, array_like=True, tag="refused"):
    """Refused and journaled. `code` is "" unless the caller may know why (its own mistake, never a right)."""

    number: int
    entry: str
    code: str = ""


class Failed(msgspec.Struct, frozen=True, array_like=True, tag="failed"):
    """Neither done nor refused: nothing was released and nothing changed; may be tried again."""

    number: int
    code: str


Answer = Done | Refused | Failed


class SessionAnswer(msgspec.Struct, frozen=True):
    """Who a session belongs to. `token` is given once, at sign-in; `person` is her public id when she has an open space.

    `state`: "presumed" when it was opened without her word, "archived" when she keeps it closed until the day `until`,
    "deceased" when two accounts noted her death.
    """

    kind: str
    identifier: str
    name: str
    profession: str
    structure: str
    person: str = ""
    invited: bool = False
    token: str = ""
    state: str = ""
    until: str = ""


class AddressAnswer(msgspec.Struct, frozen=True):
    """The public key to seal to: the person's, or one of the service's when there is nothing to say."""

    public: bytes


class MaintainAnswer(msgspec.Struct, frozen=True):
    """How many things one round of upkeep did, by name."""

    done: dict[str, int]


HowMany = Annotated[int, msgspec.Meta(ge=0)]


class SealedGauge(msgspec.Struct, frozen=True):
    """How many orders of a judge: sealed until their day, past it and not told, told, of nobody left to tell, days put off."""

    sealed: HowMany
    overdue: HowMany
    revealed: HowMany
    without_space: HowMany
    prolonged: HowMany


class CountsAnswer(msgspec.Struct, frozen=True):
    """The published cells (keeper/indicators.py), each day reconciled with its number of gaps (keeper/reckon.py), the gauge,
    for each month how long a keeper was there (keeper/availability.py), how long acts took (keeper/delays.py), the day the oldest page
    that waits for a person came, "" for none, and what is published by department (keeper/departments.py).
    """

    cells: tuple[Cell, ...]
    reckoned: tuple[tuple[str, int], ...] = ()
    gauge: SealedGauge | None = None
    available: tuple[tuple[str, int], ...] = ()
    delays: tuple[Delay, ...] = ()
    unread: str = ""
    departments: tuple[DepartmentCell, ...] = ()


class DestroyedAnswer(msgspec.Struct, frozen=True):
    """A certificate (docs/specs/entry.md §7), its place in the list, and the public key that checks it."""

    payload: bytes
    signature: bytes
    line: int
    key: bytes


class Keeper(Protocol):
    """What the rest of the house knows of the keeper: it asks, and is answered."""

    async def ask(self, demand: Demand) -> Answer:
        """Send one demand (its `number` is set by the link) and wait for its answer.

        Raises Problem(BUSY) when the keeper cannot be reached; then nothing was released and a change may have been
        done or not: the idempotency key tells at the next try.
        """
        ...


ENCODER = msgspec.msgpack.Encoder()
DEMANDS = msgspec.msgpack.Decoder(list[Demand])


ANSWERS = msgspec.msgpack.Decoder(list[Answer])
