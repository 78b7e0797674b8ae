"""G11. Two spaces alike but for one document, hidden in the first and never sent to the second, asked everything.

By the interfaces for software and by the pages: body, headers, totals, versions and dates are equal byte for byte, each
document's identifier and what is drawn at random apart; and so is the work: statements, messages to the keeper, entries
and their bytes. The clock stands still, so that dates are compared and not left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec
import pytest

from espace_sante.adapters import dev_provider
from espace_sante.exchange.fhir.search import PARAMETERS
from espace_sante.keeper import demand as d
from espace_sante.keeper.gather import SQL
from espace_sante.keeper.rights_body import open_will, seal_will
from tests.exchange.bundles import bundle, document
from tests.fixtures_database import Databases
from tests.inside import keyrings, watched
from tests.journeys.surfer import Surfer
from tests.journeys.test_story import look_up
from tests.served import Client, Reply, ServedHouse, posted, served_house
from tests.told import entered, overheard, told

pytestmark = [pytest.mark.database, pytest.mark.slow]
AT = datetime.now(UTC).replace(microsecond=0)
DIALLO, TILLEULS = "99900000011", "structure:999000001"
INS = "urn:oid:1.2.250.1.213.1.4.8"
FORM = "application/x-www-form-urlencoded"
EVERYTHING = {"practitioner": DIALLO, "scope": "everything", "purpose": "care", "days": 3}
SENT: dict[str, dict[str, Any]] = {
    "report": {"creation": "2026-03-31T08:00:00+02:00"},
    "biology": {
        "creation": "2026-04-01T08:00:00+02:00",
        "type": {"coding": [{"system": "urn:oid:2.16.840.1.113883.6.1", "code": "11502-2"}]},
        "category": None,
    },
    "secret": {
        "creation": "2026-04-02T08:00:00+02:00",
        "type": {"coding": [{"system": "urn:oid:1.2.250.1.213.1.1.4.12", "code": "SYNTH"}]},
        "category": [{"coding": [{"system": "urn:oid:1.2.250.1.213.1.1.4.1", "code": "11"}]}],
        "author": [{"display": "Dr Anne Petit"}],
        "context": {
            "period": {"start": "2026-04-02T08:00:00+02:00"},
            "facilityType": {"coding": [{"system": "urn:oid:1.2.250.1.71.4.2.4", "code": "SA01"}]},
            "practiceSetting": {"coding": [{"code": "ETABLISSEMENT"}]},
            "event": [{"coding": [{"system": "urn:oid:1.2.250.1.213.2.5", "code": "DEQP003"}]}],
            "related": [{"identifier": {"system": "urn:oid:1.2.3.4", "value": "ACC-7"}}],
        },
    },
}
SENT["again"] = SENT["secret"] | {"creation": "2026-04-03T08:00:00+02:00"}
# One value of each parameter that finds the secret one for whoever may see it: a parameter added later must stand here.
FINDING = {
    "status": "current",
    "type": "SYNTH",
    "category": "urn:oid:1.2.250.1.213.1.1.4.1|11",
    "format": "urn:ihe:iti:xds:2017:mimeTypeSufficient",
    "facility": "SA01",
    "setting": "ETABLISSEMENT",
    "event": "DEQP003",
    "security-label": "N",
    "identifier": "urn:oid:1.2.9|secret",
    "date": "2026-04-02",
    "creation": "ge2026-04-02",
    "period": "2026-04-02",
    "author.identifier": "99900000029",
    "author.given": "Anne",
    "author.family": "Petit",
    "_count": "0",
}


@pytest.fixture(scope="module")
def served(databases: Databases) -> Iterator[ServedHouse]:
    """Serve the whole house at an instant that does not pass."""
    patch = pytest.MonkeyPatch()
    patch.setattr(dev_provider, "time", Still())
    try:
        with served_house(databases, whole=True, now=lambda: AT, uploads_per_minute=10_000) as running:
            yield running
    finally:
        patch.undo()


class Still:
    """Stands in for the module `time` of the development provider."""

    def time(self) -> float:
        return AT.timestamp()


@dataclass
class Space:
    """A space, and what its words are called in a comparison."""

    client: Client
    person: str
    ins: str
    documents: dict[str, str] = field(default_factory=dict)

    @property
    def known(self) -> dict[str, str]:
        grouped = f"{self.ins[:1]} {self.ins[1:3]} {self.ins[3:5]} {self.ins[5:7]} {self.ins[7:10]} {self.ins[10:13]} {self.ins[13:]}"
        spaced = {self.ins: "ins", grouped: "ins", grouped.replace(" ", "\u00a0"): "ins", self.person: "person"}
        rows = {identifier: word for word, identifier in self.documents.items()}
        uuids = {f"{i[32:40]}-{i[40:44]}-{i[44:48]}-{i[48:52]}-{i[52:]}": f"{word} row" for i, word in rows.items()}
        names = {f"document-{i[32:40]}": f"{word} file" for i, word in rows.items()}
        return spaced | rows | uuids | names


def sent(served: ServedHouse, space: Space, word: str, *, replacing: str = "") -> None:
    reply = served.client("guerin").ask("POST", "/fhir/DocumentReference", resource_of(space, word, replacing))
    assert reply.status == 201, reply.body
    space.documents[word] = reply.json["id"]


def resource_of(space: Space, word: str, replacing: str = "") -> dict[str, Any]:
    target = {"identifier": {"system": "urn:oid:1.2.9", "value": replacing}}
    return posted(
        word.encode(),
        subject={"reference": f"Patient/{space.person}"},
        masterIdentifier={"system": "urn:oid:1.2.9", "value": word},
        relatesTo=[{"code": "replaces", "target": target}] if replacing else None,
        **SENT[word],
    )


def masked(**what: Any) -> Callable[[ServedHouse, Space], None]:
    def hide(served: ServedHouse, space: Space) -> None:
        sent(served, space, "secret")
        space.client.done("mask", {"document": space.documents["secret"]} | what)

    return hide


def born_hidden(served: ServedHouse, space: Space) -> None:
    served.background.run(hide_what_is_new(served))
    sent(served, space, "secret")


def asked_by_its_sender(served: ServedHouse, space: Space) -> None:
    """As software says it in a document of its own; the house is asked as a web process asks it."""
    house, run = served.house, served.background.run
    sender = run(house.sign_in("guerin"))
    sealed = run(house.sealed(sender, f"id:{space.person}", b"secret", category=11, type_code="SYNTH"))
    hidden = msgspec.structs.replace(sealed, hidden=True)
    kept = run(house.ask(sender, "deposit_document", hidden, person=f"id:{space.person}", proof="professional"))
    assert isinstance(kept, d.Done), kept
    space.documents["secret"] = msgspec.msgpack.decode(kept.payload, type=d.DepositAnswer).document


def with_its_category(served: ServedHouse, space: Space) -> None:
    sent(served, space, "secret")
    (own,) = [
        line
        for line in space.client.done("list_documents")["result"]["documents"]
        if line["document"] == space.documents["secret"]
    ]
    space.client.done("mask", {"category": own["category"]})


def replacing_what_is_shown(served: ServedHouse, space: Space) -> None:
    """The old version stays the last one for whoever the new one is hidden from."""
    sent(served, space, "secret", replacing="report")
    space.client.done("mask", {"document": space.documents["secret"]})


def replaced_itself(served: ServedHouse, space: Space) -> None:
    """What takes the place of what is hidden is hidden with it."""
    masked()(served, space)
    kept = dict(space.documents)
    sent(served, space, "again", replacing="secret")
    space.documents = kept


def sent_in_a_set(served: ServedHouse, space: Space) -> None:
    """With another document, in one transaction, which was hidden too."""
    subject = {"reference": f"Patient/{space.person}"}
    entries = [
        one
        for word in ("secret", "again")
        for one in document(
            word.encode(),
            subject=subject,
            masterIdentifier={"system": "urn:oid:1.2.9", "value": word},
            **SENT[word],
        )
    ]
    reply = served.client("guerin").ask("POST", "/fhir", bundle(*entries, submission={"subject": subject}))
    assert reply.status == 200, reply.body
    kept = [
        entry["response"].get("location", "").partition("DocumentReference/")[2][:64] for entry in reply.json["entry"]
    ]
    secret, again = [one for one in kept if one]
    for one in (secret, again):
        space.client.done("mask", {"document": one})
    space.documents["secret"] = secret


async def hide_what_is_new(served: ServedHouse) -> None:
    """Write in every will that what comes from now on is born hidden, as the act that says so would."""
    settings = served.house.settings
    connection = await asyncpg.connect(**Databases(settings).arguments("es_keeper"))
    try:
        for space, keys in (await keyrings(settings))[0].items():
            row = await connection.fetchrow("SELECT version, sealed FROM consent.rights WHERE space_id = $1", space)
            if row is None:
                continue
            will = open_will(row["sealed"], row["version"], keys)
            after = replace(will, rights=replace(will.rights, hides_new=True), version=will.version + 1)
            await connection.execute(SQL["keep_rights"], [space])
            await connection.execute(SQL["put_rights"], [space], [after.version], [seal_will(after, keys)])
    finally:
        await connection.close()


HIDINGS: dict[str, Callable[[ServedHouse, Space], None]] = {
    "from all": masked(),
    "from him by name": masked(practitioner=DIALLO),
    "from his structure": masked(practitioner=TILLEULS),
    "with its category": with_its_category,
    "born hidden": born_hidden,
    "at its sender's word": asked_by_its_sender,
    "in the place of what is shown": replacing_what_is_shown,
    "with what took its place": replaced_itself,
    "in one transaction": sent_in_a_set,
}


def made(served: ServedHouse, hide: Callable[[ServedHouse, Space], None] | None) -> Space:
    client, person, account = served.opened()
    space = Space(client, person, account.ins)
    sent(served, space, "report")
    sent(served, space, "biology")
    space.client.done("grant_access", EVERYTHING)
    if hide is not None:
        hide(served, space)
    else:
        space.documents["secret"] = person + "5" * 32
    return space


def searches(space: Space) -> Iterator[str]:
    yield from (f"patient={space.person}", f"patient.identifier={INS}%7C{space.ins}")
    for name, value in FINDING.items():
        yield f"patient={space.person}&{name}={value.replace('|', '%7C')}"
    for more in (
        "_count=1",
        "_count=1&page=Mg",
        "status=superseded",
        "status=current,superseded",
        "date=ge2026&_count=2",
    ):
        yield f"patient={space.person}&{more}"


def everything(
    served: ServedHouse, space: Space, reader: Client, screen: Surfer
) -> Iterator[tuple[str, Callable[[], Reply]]]:
    """Everything a professional can ask about a space and that changes nothing there; more acts take a line here."""
    for query in searches(space):
        yield f"search {query}", lambda q=query: reader.ask("GET", f"/fhir/DocumentReference?{q}")
        yield (
            f"posted {query}",
            lambda q=query: reader.ask("POST", "/fhir/DocumentReference/_search", q.encode(), content_type=FORM),
        )
    for word, identifier in space.documents.items():
        for path in (f"DocumentReference/{identifier}", f"Binary/{identifier}"):
            yield f"{word} {path[:6]}", lambda p=path: reader.ask("GET", f"/fhir/{p}")
        yield (
            f"{word} json",
            lambda i=identifier: reader.ask("GET", f"/fhir/Binary/{i}", Accept="application/fhir+json"),
        )
        yield f"{word} part", lambda i=identifier: reader.ask("GET", f"/fhir/Binary/{i}", Range="bytes=0-1")
        yield (
            f"{word} by act",
            lambda i=identifier: reader.act("read_document", {"document": i, "person": f"id:{i[:32]}"}),
        )
        yield f"{word} on a page", lambda i=identifier: page(screen, "/pro/document", space, i)
        yield f"{word} file", lambda i=identifier: page(screen, "/pro/contenu", space, i)
    for values in ({}, {"count": 1}, {"offset": 1, "count": 1}, {"status": "both"}):
        asked = {"person": f"ins:{space.ins}"} | values
        yield f"list {values}", lambda v=asked: reader.act("list_documents", v)
    yield "page", lambda: reply_of(look_up(screen, space.ins))


def page(screen: Surfer, path: str, space: Space, identifier: str) -> Reply:
    values = screen.get("/pro").form("/pro/personne").values
    return reply_of(screen.post(path, {**values, "person": space.ins, "document": identifier}))


def reply_of(seen: Any) -> Reply:
    return Reply(seen.status, {name.lower(): value for name, value in seen.headers}, seen.body)


Answered = dict[str, tuple[Any, ...]]


def answers(served: ServedHouse, space: Space, reader: Client, screen: Surfer) -> Answered:
    """Ask everything once so that nothing is read for the first time, then once more, watched."""
    for _, ask in everything(served, space, reader, screen):
        ask()
    found: Answered = {}
    with watched() as statements, overheard() as messages:
        for label, ask in everything(served, space, reader, screen):
            before = entered(served)
            statements.taken(), messages.taken()
            reply = ask()
            after = entered(served)
            work = (statements.taken(), messages.taken(), after[0] - before[0], after[1] - before[1])
            name = label.replace(space.person, "").replace(space.ins, "")
            found[name] = (*told(reply, space.known), *work)
    return found


def test_a_value_stands_for_every_parameter_of_a_search() -> None:
    assert set(FINDING) == {name for name, _ in PARAMETERS} - {"patient", "patient.identifier"}


def alike_again(served: ServedHouse, one: Space, other: Space, label: str, reader: Client, screen: Surfer) -> bool:
    """Ask again of both, side by side: a key that was forgotten meanwhile, being old, is work for neither."""
    for _ in range(3):
        found = []
        for space in (one, other):
            asks = {
                name.replace(space.person, "").replace(space.ins, ""): ask
                for name, ask in everything(served, space, reader, screen)
            }
            found.append(asked_once(served, asks[label], space.known))
        if found[0] == found[1]:
            return True
    return False


@pytest.mark.parametrize("hidden", HIDINGS)
def test_a_professional_is_told_nothing_of_what_is_hidden_and_no_more_work_is_done_for_it(
    served: ServedHouse, hidden: str
) -> None:
    reader, screen = served.client("diallo"), Surfer(served.port)
    screen.sign_in("diallo")
    with_it = made(served, HIDINGS[hidden])
    without = made(served, None)
    seen, expected = (answers(served, space, reader, screen) for space in (with_it, without))
    assert seen.keys() == expected.keys()
    for label, answer in expected.items():
        assert seen[label][:3] == answer[:3], label
        assert seen[label] == answer or alike_again(served, with_it, without, label, reader, screen), label
    assert len(seen) > 60
    assert any(b'"total":2' in answer[2] for answer in seen.values()), (
        "the comparison sees the documents that are shown"
    )
    asked = [answer for label, answer in seen.items() if label.startswith(("search", "list")) and answer[0] == 200]
    assert len(asked) > 20 and {answer[5] for answer in asked} == {1}, "one entry each"


# What software sends in one transaction, and that might meet what is hidden from who sends it.
MEETING: dict[str, Callable[[Space], dict[str, Any]]] = {
    "the same identifier and bytes": lambda space: transaction_of(space, b"secret", "secret"),
    "the same identifier, other bytes": lambda space: transaction_of(space, b"other", "secret"),
    "in its place": lambda space: transaction_of(space, b"new", "new", replacing="secret"),
}


def transaction_of(space: Space, content: bytes, identifier: str, *, replacing: str = "") -> dict[str, Any]:
    subject = {"reference": f"Patient/{space.person}"}
    target = {"identifier": {"system": "urn:oid:1.2.9", "value": replacing}}
    said = {
        "subject": subject,
        "masterIdentifier": {"system": "urn:oid:1.2.9", "value": identifier},
        "relatesTo": [{"code": "replaces", "target": target}] if replacing else None,
    }
    return bundle(*document(content, **SENT["secret"] | said), submission={"subject": subject})


@pytest.mark.parametrize("meeting", MEETING)
def test_a_transaction_that_meets_what_is_hidden_is_answered_as_if_it_were_not_there(
    served: ServedHouse, meeting: str
) -> None:
    sender, found = served.client("diallo"), []
    for hide in (masked(), None) * 2:  # the second time nothing is read for the first time
        space = made(served, hide)
        with watched() as statements, overheard() as messages:
            before = entered(served)
            reply = sender.ask("POST", "/fhir", MEETING[meeting](space))
            after = entered(served)
            work = (statements.taken(), messages.taken(), after[0] - before[0], after[1] - before[1])
        known = space.known | {one: "new" for one in re.findall(space.person + "[0-9a-f]{32}", reply.body.decode())}
        found.append((*told(reply, known), *work))
    assert found[2] == found[3]
    assert (found[2][0] == 200) is meeting.startswith("the same")


def waiting(served: ServedHouse, space: Space) -> None:
    """Sent for somebody to tell her of it first, in the place of what she sees."""
    house, run = served.house, served.background.run
    sender = run(house.sign_in("guerin"))
    old = space.documents["report"]
    sealed = run(house.sealed(sender, f"id:{space.person}", b"secret", category=11, type_code="SYNTH", replaces=old))
    asked = msgspec.structs.replace(sealed, withheld=True)
    kept = run(house.ask(sender, "deposit_document", asked, person=f"id:{space.person}", proof="professional"))
    assert isinstance(kept, d.Done), kept
    space.documents["secret"] = msgspec.msgpack.decode(kept.payload, type=d.DepositAnswer).document


HER_PAGES = (
    "/moi/documents",
    "/moi/documents?annee=2026",
    "/moi/documents?versions=oui",
    "/moi/caches",
    "/moi/autorisations",
    "/moi/autorisations/donner",
    "/moi/cartes",
    "/moi/cartes/faire",
    "/moi/urgence/repondre",
    "/moi/reglages",
    "/moi/demandes",
    "/moi/contestations",
    "/moi/aide",
    "/moi/applications",
    "/moi/applications/permettre",
)


def what_she_asks(space: Space, screen: Surfer) -> Iterator[tuple[str, Callable[[], Reply]]]:
    """Everything she can ask of her documents, and every page of hers, but those that read her journal, where every deposit is."""
    her = space.client
    for query in searches(space):
        yield f"search {query}", lambda q=query: her.ask("GET", f"/fhir/DocumentReference?{q}")
    for word, identifier in space.documents.items():
        for path in (f"/fhir/DocumentReference/{identifier}", f"/fhir/Binary/{identifier}"):
            yield f"{word} {path[:10]}", lambda p=path: her.ask("GET", p)
        yield f"{word} by act", lambda i=identifier: her.act("read_document", {"document": i})
        for end in ("", "/contenu"):
            yield f"{word} page{end}", lambda i=identifier, e=end: reply_of(screen.get(f"/moi/documents/{i}{e}"))
    for values in ({}, {"count": 1}, {"offset": 1, "count": 1}, {"status": "both"}, {"status": "superseded"}):
        yield f"list {values}", lambda v=values: her.act("list_documents", v)
    yield "seen by him", lambda: her.act("list_documents", {"seen_by": "99900000029", "seen_by_profession": "G15_10"})
    for path in HER_PAGES:
        yield path, lambda p=path: reply_of(screen.get(p))


def asked_once(served: ServedHouse, ask: Callable[[], Reply], known: dict[str, str]) -> tuple[Any, ...]:
    """Ask one thing; return what it told, and the work it took."""
    with watched() as statements, overheard() as messages:
        before = entered(served)
        reply = ask()
        after = entered(served)
        work = (statements.taken(), messages.taken(), after[0] - before[0], after[1] - before[1])
    return (*told(reply, known), *work)


def test_she_is_told_nothing_of_what_waits_to_be_announced_and_no_more_work_is_done_for_it(
    served: ServedHouse,
) -> None:
    asks, known = [], []
    for hide in (waiting, None):
        space, screen = made(served, hide), Surfer(served.port)
        account = next(one for one in served.house.provider.accounts.values() if one.ins == space.ins)
        screen.sign_in(account.id)
        every = {label.replace(space.person, ""): ask for label, ask in what_she_asks(space, screen)}
        for ask in every.values():  # so that nothing is read for the first time
            ask()
        asks.append({label.replace(space.ins, ""): ask for label, ask in every.items()})
        (grant,) = space.client.done("read_journal")["result"]["grants"]
        known.append(space.known | {account.name: "her name", grant["grant"]: "grant"})
    (there, absent), (known_there, known_absent) = asks, known
    assert there.keys() == absent.keys() and len(there) > 50
    for label in absent:
        for _ in range(3):  # what a reading before wrote behind its answer may make this one decide again
            seen = asked_once(served, there[label], known_there)
            expected = asked_once(served, absent[label], known_absent)
            assert seen[:3] == expected[:3], label
            if seen == expected:
                break
        assert seen == expected, label
