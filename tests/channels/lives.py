"""One person's life in a house, told by acts: what comes before, the act itself by a channel, and the state that results.

The state is what the keeper holds: her will opened, how many rows of each table are hers, how her space stands, what was counted of
nobody in particular. What is drawn at random is renamed by order of appearance, and every instant is told from the act's own.
"""

from __future__ import annotations

import dataclasses
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, Channel, Effect, Proof
from espace_sante.actions.act import Outcome, Value
from espace_sante.actions.print_jobs import take_job
from espace_sante.consent.contact import Point
from espace_sante.keeper import demand as d
from espace_sante.keeper.printing import MADE_THERE, PRINTED
from espace_sante.keeper.rights_body import open_will
from tests.house import House
from tests.inside import act, census, frame_of, keyrings, rows, space_of
from tests.people import one_more

DIALLO = "99900000011"
# Each channel with the proof that goes with it; an agent does the last three for her.
PROOFS: Mapping[Channel, Proof] = {
    Channel.WEB: Proof.LOGIN,
    Channel.API: Proof.LOGIN,
    Channel.COUNTER: Proof.IDENTITY_SEEN,
    Channel.PAPER: Proof.SIGNED_FORM,
    Channel.PHONE: Proof.CONTACT,
}
HERSELF = (Channel.WEB, Channel.API)
# The journal has one line a demand, whatever came of it; a key of a demand is remembered a week; sessions are the askers';
# what was printed and what an agent gave are counted of the agent, and purged; when his account served last is of the account.
_NOT_STATE = (
    *("journal.entry", "identity.idempotency", "identity.session", "log.", "counts.", "keeper.institution"),
    *(
        "keeper.print_job",
        "keeper.agent_day",
        "keeper.visit",
        "keeper.proving_day",
        "keeper.account",
        "notices.message",
    ),
)
# Words drawn at random that a will holds: their number, their secret.
_DRAWN = frozenset({"number", "code_hash", "pin_hash", "ticket", "code", "pin", "salt"})
# Which agent wrote it down, and which other compared it with the paper: who acted and on what proof.
# What agents did in her name is noted, what she does herself is not.
_OF_THE_PROOF = frozenset({"recorded_by", "checked_by", "visits"})
# A mailbox is proven by a word sent there, or by an agent who saw who she is: which of the two is the proof. Its value is each one's own.
_OF_A_CONTACT = frozenset({"value", "proven", "counter", "word", "until", "wrong"})


@dataclass
class Life:
    """One person of a house: her sessions, and what the fixtures of acts name."""

    house: House
    name: str
    session: bytes = b""
    public: str = ""
    space: UUID | None = None
    document: str = ""
    grant: str = ""
    episode: str = ""
    card: str = ""
    request: str = ""
    line: str = ""
    word: str = ""
    ticket: str = field(default_factory=lambda: f"AB2026{int.from_bytes(os.urandom(3)) % 10_000:04d}")

    @property
    def reference(self) -> str:
        return f"local:{self.house.provider.find(self.name).local}"

    @property
    def mail(self) -> str:
        """Return an address that nobody else of the house gives."""
        return f"{self.name}@exemple.example"

    async def begins(self) -> None:
        """She is invited, and has a screen for what comes before."""
        await self.house.invite(self.name)
        self.session = await self.house.sign_in(self.name)

    async def herself(self, name: ActId, values: Mapping[str, Value]) -> Outcome:
        """Do an act of hers on her own screen, and remember what further acts name."""
        done = await self.by(name, values, Channel.WEB)
        await self.look()
        return done

    async def by(
        self, name: ActId, values: Mapping[str, Value], channel: Channel, key: str = "", account: str = "petit"
    ) -> Outcome:
        """Do an act by a channel: herself, or an agent for her."""
        alone = channel in HERSELF
        session = self.session if alone else await self.house.sign_in(account)
        person = "self" if alone else self.reference
        way = {"channel": channel, "proof": PROOFS[channel], "person": person, "on_behalf": not alone}
        return await act(self.house, session, name, dict(values), key=key, **way)  # type: ignore[arg-type]  # by name

    async def printed(self, asked: Outcome) -> Outcome:
        """Take at the printing station what an agent asked for with her: he was released nothing of it."""
        assert asked.result is None, "an agent sees nothing of what is read"
        station = await self.house.sign_in("imprimante")
        _, taken = await take_job(frame_of(self.house), station, asked.entry)
        return taken

    async def look(self) -> None:
        """Take from her own journal what further acts name."""
        answer = await self.house.ask(self.session, "read_journal", d.JournalParams())
        if not isinstance(answer, d.Done) or not answer.payload:
            return
        page = msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer)
        self.space = await space_of(self.house.settings, self.house, self.session)
        self.line = page.references[-1]
        self.grant = _last(page.grants, d.GrantView, "grant") or self.grant
        self.card = _last(page.cards, d.CardView, "number") or self.card
        self.request = _last(page.requests, d.RequestView, "number") or self.request
        self.episode = _last(page.episodes, d.EpisodeView, "number") or self.episode
        who = await self.house.link.ask(d.WhoIs(0, self.session))
        assert isinstance(who, d.Done)
        self.public = msgspec.msgpack.decode(who.payload, type=d.SessionAnswer).person

    async def treated(self) -> None:
        """A doctor deposits a document about her."""
        await self.look()
        doctor = await self.house.sign_in("guerin")
        answer = await self.house.deposit(doctor, f"id:{self.public}", b"Bonjour.\n")
        assert isinstance(answer, d.Done), answer
        self.document = msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer).document

    async def asked(self) -> None:
        """A doctor asks her to read."""
        await self.look()
        params = d.RequestParams("everything", [], "care", 30)
        doctor = await self.house.sign_in("diallo")
        answer = await self.house.ask(
            doctor, "request_access", params, person=f"id:{self.public}", proof="professional"
        )
        assert isinstance(answer, d.Done), answer
        await self.look()

    async def read(self) -> None:
        """A doctor whom she lets read looks at her list; the line of it is the last of her journal."""
        values: Mapping[str, Value] = {"practitioner": DIALLO, "scope": "everything", "purpose": "care", "days": "30"}
        await self.herself(ActId.GRANT_ACCESS, values)
        doctor = await self.house.sign_in("diallo")
        answer = await self.house.ask(
            doctor, "list_documents", d.ListParams(), person=f"id:{self.public}", proof="professional"
        )
        assert isinstance(answer, d.Done), answer
        self.line = answer.entry

    async def declared_dead(self) -> None:
        """Two accounts note her death; a third, which served before, is there to hear her."""
        await self.house.sign_in("vasseur")
        params = d.RecordDeathParams("2026-11-01", "12")
        for account in ("accueil", "petit"):
            answer = await self.house.ask(
                await self.house.sign_in(account), "record_death", params, person=self.reference
            )
            assert isinstance(answer, d.Done), answer

    async def represented(self) -> None:
        """Two agents note the same decision of a judge."""
        today = self.house.now().date()
        days = {"starts": today.isoformat(), "ends": (today + timedelta(days=400)).isoformat()}
        said = d.RepresentationParams("Ana Roy", "guardianship", "représente", "jugement", **days)
        for account, noted in (("petit", "record_representation"), ("vasseur", "confirm_representation")):
            session = await self.house.sign_in(account)
            answer = await self.house.ask(session, noted, said, person=self.reference)
            assert isinstance(answer, d.Done), answer

    async def sent(self) -> None:
        """Take the word that was sent to her, as she reads it in her mailbox."""
        taken = await self.house.link.ask(d.TakeNotices(0, 200, 1))
        assert isinstance(taken, d.Done), taken
        found = msgspec.msgpack.decode(taken.payload, type=d.TakenNotices).messages
        self.word = next(one.word for one in found if one.word and one.to == self.mail)

    async def helped(self, values: Mapping[str, Value]) -> None:
        """She allows help for a ticket of her own."""
        await self.herself(ActId.ALLOW_SUPPORT, {**values, "ticket": self.ticket})


def _last(packed: bytes, kind: type, name: str) -> str:
    found = msgspec.msgpack.decode(packed, type=list[kind]) if packed else []  # type: ignore[valid-type]  # a struct
    value = getattr(found[-1], name) if found else ""
    return value.hex() if isinstance(value, bytes) else str(value)


async def begun(house: House, before: Any) -> Life:
    """Return a new person of a house after what a fixture says."""
    life = Life(house, one_more(house))
    await life.begins()
    for step in before:
        await step(life)
    return life


async def state_of(life: Life) -> dict[str, Any]:
    """Return the state an act left: see the head of this file."""
    settings, space = life.house.settings, life.space
    if space is None:
        await life.look()
        space = life.space
    found: dict[str, Any] = {"space": space is not None}
    if space is None:
        return found
    keys, _ = await keyrings(settings)
    head = await rows(settings, "postgres", "SELECT state FROM journal.head WHERE space_id = $1", space)
    found["state"] = [row["state"] for row in head]
    found["key"] = space in keys
    sealed = await rows(settings, "postgres", "SELECT version, sealed FROM consent.rights WHERE space_id = $1", space)
    for row in sealed if space in keys else []:
        will = open_will(row["sealed"], row["version"], keys[space])
        found["will"] = _Renamed(life.house.now()).told(will.rights)
        found["version"] = will.version
    return found


async def counted(house: House) -> Counter[str]:
    """Return how many rows stand in each table that is part of a state."""
    every = await census(house.settings)
    return Counter({name: n for name, n in every.items() if not name.startswith(_NOT_STATE)})


@dataclass
class _Renamed:
    """Tells a value without what is drawn at random, and with its instants counted from one."""

    base: datetime
    names: dict[object, str] = field(default_factory=dict)

    def told(self, value: Any, name: str = "") -> Any:
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, datetime):
            return f"{round((value - self.base) / timedelta(hours=1))} h"
        if isinstance(value, date):
            return f"{(value - self.base.date()).days} d"
        if isinstance(value, UUID | bytes) or (name in _DRAWN and value):
            return self.names.setdefault(value, f"#{len(self.names)}")
        if dataclasses.is_dataclass(value):
            proof = _OF_A_CONTACT if isinstance(value, Point) else _OF_THE_PROOF
            fields = [one.name for one in dataclasses.fields(value) if one.name not in proof]
            return {one: self.told(getattr(value, one), one) for one in fields}
        if isinstance(value, Mapping):
            return {str(self.told(key)): self.told(one) for key, one in value.items()}
        if isinstance(value, frozenset | set):
            return sorted(str(self.told(one)) for one in value)
        if isinstance(value, list | tuple):
            return [self.told(one) for one in value]
        return value


async def done_by(life: Life, name: ActId, values: Mapping[str, Value], channel: Channel) -> tuple[Outcome, bool]:
    """Do an act by a channel; when it only starts there, finish it with the signed form. Say whether it only started."""
    outcome, started = await _done_once(life, name, values, channel)
    if (
        name is ActId.CONTEST_DEATH and channel not in HERSELF
    ):  # two accounts noted it, two say that it is not so (0061)
        signed = Channel.PAPER if started else channel
        outcome = await life.by(name, values, signed, account="vasseur")
    return outcome, started


async def _done_once(life: Life, name: ActId, values: Mapping[str, Value], channel: Channel) -> tuple[Outcome, bool]:
    outcome = await life.by(name, values, channel)
    if name in PRINTED | MADE_THERE and channel in (Channel.COUNTER, Channel.PAPER):
        return await life.printed(outcome), False
    unfinished = (
        name is ActId.CLOSE_SPACE and outcome.effect is Effect.PROVISIONAL
    )  # erases nothing before she signs (0015)
    if outcome.effect is not Effect.STARTS and not unfinished:
        return outcome, False
    assert outcome.result is None, "what only starts releases nothing"
    signed = await life.by(name, values, Channel.PAPER, key=f"coupon:{os.urandom(8).hex()}")
    return (await life.printed(signed) if name in PRINTED | MADE_THERE else signed), True
