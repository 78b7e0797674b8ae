"""What each act of a person is done with, and what must have happened to her before: one line an act, for every channel alike.

An act that comes later takes a line here, or the test of the five channels fails. Values only; `lives.py` does them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from espace_sante.access.request import ActId
from espace_sante.actions.act import Upload, Value
from espace_sante.keeper import demand as d
from tests.channels.lives import DIALLO, Life

Values = Mapping[str, Value]
Before = Callable[[Life], Awaitable[None]]


def no_values(_: Life) -> Values:
    """Return nothing to fill in."""
    return {}


@dataclass(frozen=True)
class Fixture:
    """How one act is done: what is filled in, from what her life holds then, and what comes before it."""

    values: Callable[[Life], Values] = no_values
    before: tuple[Before, ...] = ()


def given(**values: Value) -> Callable[[Life], Values]:
    """Return values that depend on nothing."""
    return lambda _: values


def did(act: ActId, **values: Value) -> Before:
    """Return a step of her own, done on her screen."""

    async def done(life: Life) -> None:
        await life.herself(act, values)

    return done


async def opened(life: Life) -> None:
    """She said yes."""
    await life.herself(ActId.OPEN_SPACE, {"deposits": "yes"})


async def treated(life: Life) -> None:
    """A professional deposited a document."""
    await life.treated()


async def asked(life: Life) -> None:
    """A professional asked to read."""
    await life.asked()


async def read(life: Life) -> None:
    """A professional she had granted read her list."""
    await life.read()


async def declared_dead(life: Life) -> None:
    """Two accounts noted a death, by mistake."""
    await life.declared_dead()


async def represented(life: Life) -> None:
    """Two agents noted that somebody represents her by a decision of a judge."""
    await life.represented()


async def reachable(life: Life) -> None:
    """She gave an address of her own."""
    await life.herself(ActId.CHANGE_CONTACT, {"mail": life.mail})


async def sent(life: Life) -> None:
    """The word that confirms where she is written to was sent there."""
    await life.sent()


async def watched(life: Life) -> None:
    """The round that tells her of a first access went by."""
    for _ in range(2):
        await life.house.link.ask(d.Maintain(0, "watch"))


HELPER: Values = {"name": "Claire Bonnet", "reads": "no", "acts": "mask"}
GRANT: Values = {"practitioner": DIALLO, "scope": "everything", "purpose": "care", "days": "30"}
CARD: Values = {"scope": "everything", "purpose": "care", "uses": "2", "hours": "12", "days": "7"}
APP: Values = {"app": "carnet-sante", "owner": "Carnet SAS", "what": "documents", "days": "30"}
SUPPORT: Values = {"ticket": "", "hours": "2", "journal": "no"}
LETTER: Values = {
    "file": Upload("lettre.txt", "text/plain", b"Bonjour.\n"),
    "title": "Lettre",
    "category": "5",
    "created": "2026-11-02",
}
_granted, _archived = did(ActId.GRANT_ACCESS, **GRANT), did(ActId.CLOSE_SPACE, sure="yes", archive_years="2")
_research = given(purpose="research")


def after(*before: Before, values: Callable[[Life], Values] = no_values) -> Fixture:
    """Return the fixture of an act in an open space."""
    return Fixture(values, (opened, *before))


FIXTURES: Mapping[ActId, Fixture] = {
    ActId.OPEN_SPACE: Fixture(given(deposits="yes", emergency="bedside")),
    ActId.REFUSE_SPACE: Fixture(given(remember="yes")),
    ActId.REVERSE_REFUSAL: Fixture(before=(did(ActId.REFUSE_SPACE, remember="yes"),)),
    ActId.DEPOSIT_DOCUMENT: after(values=lambda _: LETTER),
    ActId.LIST_DOCUMENTS: after(treated),
    ActId.READ_DOCUMENT: after(treated, values=lambda life: {"document": life.document}),
    ActId.READ_RESOURCE: after(treated),
    ActId.READ_JOURNAL: after(treated),
    ActId.EXPORT_JOURNAL: after(treated),
    ActId.PROVE_JOURNAL: after(treated),
    ActId.GRANT_ACCESS: after(treated, values=lambda _: GRANT),
    ActId.LIMIT_GRANT: after(_granted, values=lambda life: {"grant": life.grant, "days": "3"}),
    ActId.NAME_ADMINISTRATOR: after(values=given(practitioner=DIALLO, days="30")),
    ActId.WITHDRAW_ACCESS: after(_granted, values=given(practitioner=DIALLO)),
    ActId.MASK: after(treated, values=lambda life: {"document": life.document}),
    ActId.UNMASK: after(did(ActId.MASK, category="5"), values=given(category="5")),
    ActId.BLOCK: after(values=given(practitioner=DIALLO, what="everything")),
    ActId.UNBLOCK: after(did(ActId.BLOCK, practitioner=DIALLO, what="everything"), values=given(practitioner=DIALLO)),
    ActId.KEEP_EPISODE: after(treated, values=lambda life: {"name": "mon genou", "documents": life.document}),
    ActId.END_EPISODE: after(did(ActId.KEEP_EPISODE, name="mon genou"), values=lambda life: {"number": life.episode}),
    ActId.SET_EMERGENCY_WILL: after(values=given(regulator="yes", bedside="yes", hidden="no", scope="everything")),
    ActId.REFUSE_EMERGENCY: after(
        did(ActId.SET_EMERGENCY_WILL, regulator="yes", bedside="yes", hidden="no", scope="everything")
    ),
    ActId.ISSUE_ACCESS_CARD: after(treated, values=lambda _: CARD),
    ActId.REVOKE_ACCESS_CARD: after(did(ActId.ISSUE_ACCESS_CARD, **CARD), values=lambda life: {"number": life.card}),
    ActId.ACCEPT_REQUEST: after(asked, values=lambda life: {"number": life.request, "days": "3"}),
    ActId.DECLINE_REQUEST: after(asked, values=lambda life: {"number": life.request}),
    ActId.ACCEPT_DEPOSITS: after(did(ActId.REFUSE_DEPOSITS)),
    ActId.REFUSE_DEPOSITS: after(),
    ActId.LET_AUTHORS_READ: after(),
    ActId.STOP_AUTHORS_READING: after(did(ActId.LET_AUTHORS_READ)),
    ActId.HIDE_NEW_DOCUMENTS: after(),
    ActId.SHOW_NEW_DOCUMENTS: after(did(ActId.HIDE_NEW_DOCUMENTS)),
    ActId.SEAL_SPACE: after(),
    ActId.UNSEAL_SPACE: after(did(ActId.SEAL_SPACE)),
    ActId.ALLOW_SECONDARY_USE: after(values=_research),
    ActId.END_SECONDARY_USE: after(did(ActId.ALLOW_SECONDARY_USE, purpose="research"), values=_research),
    ActId.CONTEST_ACCESS: after(read, values=lambda life: {"entries": life.line, "reason": "unknown", "block": "yes"}),
    ActId.REPORT_MISTAKE: after(
        treated, values=lambda life: {"document": life.document, "reason": "false", "hide": "yes"}
    ),
    ActId.ALLOW_SUPPORT: after(values=lambda life: SUPPORT | {"ticket": life.ticket}),
    ActId.END_SUPPORT: Fixture(before=(opened, lambda life: life.helped(SUPPORT))),
    ActId.AUTHORISE_APP: after(values=lambda _: APP),
    ActId.END_APP: after(did(ActId.AUTHORISE_APP, **APP)),
    ActId.GIVE_ADDRESS: after(values=given(street="1 rue des Essais", town="63000 Clermont")),
    ActId.REMOVE_ADDRESS: after(did(ActId.GIVE_ADDRESS, street="1 rue des Essais", town="63000 Clermont")),
    ActId.ASK_REMINDERS: after(values=given(months="6")),
    ActId.STOP_REMINDERS: after(did(ActId.ASK_REMINDERS, months="6")),
    ActId.NAME_HELPER: after(values=lambda _: HELPER),
    ActId.END_MANDATE: after(did(ActId.NAME_HELPER, **HELPER)),
    ActId.ALLOW_AFTER_DEATH: after(),
    ActId.REFUSE_AFTER_DEATH: after(did(ActId.ALLOW_AFTER_DEATH)),
    ActId.NAME_TRUSTED_PERSON: after(values=given(name="Ana Roy", signed="no")),
    ActId.END_TRUSTED_PERSON: after(did(ActId.NAME_TRUSTED_PERSON, name="Ana Roy", signed="no")),
    ActId.CHANGE_CONTACT: after(values=lambda life: {"mail": life.mail}),
    ActId.CONFIRM_CONTACT: after(reachable, sent, values=lambda life: {"word": life.word}),
    ActId.REMOVE_CONTACT: after(reachable, values=given(what="mail")),
    ActId.CHOOSE_NOTICES: after(
        values=given(notice="document", by_mail="no", by_sms="no", by_letter="yes", pace="daily")
    ),
    ActId.EXPECT_ACCESS: after(read, watched, values=lambda life: {"entry": life.line}),
    ActId.CHOOSE_LETTERS: after(values=given(size="large", words="simple")),
    ActId.CONTEST_DEATH: after(_granted, declared_dead),
    ActId.CONTEST_REPRESENTATION: after(represented),
    ActId.CLOSE_SPACE: after(treated, values=given(sure="yes")),
    ActId.REOPEN_SPACE: after(_archived, values=given(deposits="no")),
    ActId.ERASE_CONTENT: after(treated, _archived, values=given(sure="yes")),
}
