"""G11. Two spaces alike but for what is hidden in the first and was never in the second, searched in every way FHIR has.

What others leaked through: totals that count what is hidden (HAPI 1507), `_include`, `_revinclude`, chains and `_has` that tell of it
(HAPI 6065, Medplum PR 7816), histories, sorted pages. Here body, headers, totals, links and versions are equal byte for byte, ids and
what is drawn at random apart; and so is the work. A third person's rows, alike in all, stand beside: nothing of them is ever told.
Source: docs/decisions/0046, 0051.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
import pytest

from espace_sante.actions.read_resource import ClearResource
from espace_sante.exchange.fhir.provenance import number_of
from tests.exchange.resources import resource
from tests.exchange.sent import MEASURE, PLACE, bundle, entry, ids_of
from tests.fixtures_database import Databases
from tests.guarantees.test_g11_with_and_without import AT, DIALLO, EVERYTHING, FORM, Space, Still, asked_once
from tests.inside import rows, watched
from tests.served import Client, Reply, ServedHouse, served_house
from tests.told import entered, named, overheard, told

pytestmark = [pytest.mark.database, pytest.mark.slow]
SECRET = "55277-8"
LABORATORY = [{"coding": [{"code": "laboratory"}]}]


@pytest.fixture(scope="module")
def served(databases: Databases) -> Iterator[ServedHouse]:
    """Serve a house at an instant that does not pass."""
    patch = pytest.MonkeyPatch()
    patch.setattr("espace_sante.adapters.dev_provider.time", Still())
    try:
        with served_house(databases, now=lambda: AT, uploads_per_minute=10_000) as running:
            yield running
    finally:
        patch.undo()


def written(served: ServedHouse, space: Space, word: str, name: str = "Observation", **changes: Any) -> str:
    reply = served.client("guerin").ask("POST", f"/fhir/{name}", resource(name, space.person, **changes))
    assert reply.status == 201, reply.body
    space.documents[word] = str(reply.json["id"])
    return space.documents[word]


def coded(code: str, when: str, **more: Any) -> dict[str, Any]:
    coding = [{"system": "http://loinc.org", "code": code}]
    return {"code": {"coding": coding}, "category": LABORATORY, "effectiveDateTime": when, **more}


def secret_things(space: Space) -> dict[str, tuple[str, dict[str, Any]]]:
    """What is hidden: it is sorted first, and last; it leads to what is shown, and is led to by nothing that is shown."""
    visit, shown = (
        {"reference": f"{name}/{space.documents[word]}"}
        for name, word in (("Encounter", "visit"), ("Observation", "shown"))
    )
    return {
        "secret": ("Observation", coded(SECRET, "2026-01-01", encounter=visit, hasMember=[shown])),
        "also": (
            "Observation",
            coded(SECRET, "2026-12-31", encounter=visit, identifier=[{"system": "urn:x", "value": "7"}]),
        ),
        "report": ("DiagnosticReport", {"encounter": visit, "result": [shown]}),
    }


def with_a_place(served: ServedHouse, space: Space, word: str, **changes: Any) -> None:
    """Write an observation and the place that it alone names, together."""
    place = entry({"resourceType": "Organization", "name": f"Centre {word}"}, PLACE)
    said = resource("Observation", space.person, **changes, performer=[{"reference": PLACE}])
    reply = served.client("guerin").ask("POST", "/fhir", bundle(place, entry(said, MEASURE)))
    assert reply.status == 200, reply.body
    space.documents[f"{word} place"], space.documents[word] = (one.rpartition("/")[2] for one in ids_of(reply))


def masked(served: ServedHouse, space: Space, **what: Any) -> None:
    with_a_place(served, space, "secret visit", **coded(SECRET, "2026-05-01"))
    space.client.done("mask", {"document": space.documents["secret visit"]} | what)
    for word, (name, said) in secret_things(space).items():
        written(served, space, word, name, **said)
        space.client.done("mask", {"document": space.documents[word]} | what)


def labelled(served: ServedHouse, space: Space) -> None:
    label = {"security": [{"code": "R"}]}
    with_a_place(served, space, "secret visit", **coded(SECRET, "2026-05-01"), meta=label)
    for word, (name, said) in secret_things(space).items():
        written(served, space, word, name, meta=label, **said)


def with_its_category(served: ServedHouse, space: Space) -> None:
    """What stands in the category of imaging, which she hides whole."""
    imaging = [{"coding": [{"code": "imaging"}]}]
    with_a_place(served, space, "secret visit", **(coded(SECRET, "2026-05-01") | {"category": imaging}))
    for word, (name, said) in secret_things(space).items():
        written(
            served,
            space,
            word,
            name,
            **(said | {"category": imaging if name == "Observation" else [{"coding": [{"code": "RAD"}]}]}),
        )
    space.client.done("mask", {"category": "3"})


HIDINGS: dict[str, Callable[[ServedHouse, Space], None]] = {
    "from all": masked,
    "from him by name": lambda served, space: masked(served, space, practitioner=DIALLO),
    "at its sender's word": labelled,
    "with its category": with_its_category,
}


SHOWN = ("visit", "shown", "other", "other place")


def made(served: ServedHouse, hide: Callable[[ServedHouse, Space], None] | None, *, like: Space | None = None) -> Space:
    """Return a space whose rows shown stand in one order: without `_sort`, rows come in the order of numbers drawn at random.

    Each is as long as that of `like`: numbers drawn at random are packed more or less well, over a step of 64 bytes or not.
    """
    while True:
        space = begun(served)
        if [space.documents[word] for word in SHOWN] != sorted(space.documents.values()):
            continue
        if like is None or lengths(served, space) == lengths(served, like):
            return filled(served, space, hide)


def lengths(served: ServedHouse, space: Space) -> list[int]:
    """Return how long what is shown of a space is once sealed, in bytes."""
    numbers = [UUID(hex=space.documents[word][32:]) for word in SHOWN]
    asked = "SELECT length(sealed) AS bytes FROM records.resource WHERE row_id = any($1) ORDER BY array_position($1, row_id)"
    found = served.background.run(rows(served.house.settings, "postgres", asked, numbers))
    assert len(found) == len(SHOWN)
    return [row["bytes"] for row in found]


def filled(served: ServedHouse, space: Space, hide: Callable[[ServedHouse, Space], None] | None) -> Space:
    space.client.done("grant_access", EVERYTHING)
    if hide is not None:
        hide(served, space)
    for word in ("secret", "also", "report", "secret visit", "secret visit place"):
        space.documents.setdefault(word, space.person + uuid5(NAMESPACE_URL, word).hex)
    return space


def begun(served: ServedHouse) -> Space:
    client, person, account = served.opened()
    space = Space(client, person, account.ins)
    visit = {"reference": f"Encounter/{written(served, space, 'visit', 'Encounter')}"}
    shown = written(served, space, "shown", **coded("718-7", "2026-02-01", encounter=visit))
    # What is shown names what is not there for him: a reference is its sender's own words.
    member = [{"reference": f"Observation/{shown}"}]
    with_a_place(served, space, "other", **coded("718-7", "2026-03-01", hasMember=member))
    return space


def searches(space: Space) -> Iterator[str]:
    """Every pattern by which what is hidden was told elsewhere, a search of ours for each."""
    secret, shown, visit = (space.documents[word] for word in ("secret", "shown", "visit"))
    place = space.documents["secret visit place"]
    yield from (
        "Organization?",
        "Organization?name=centre",
        f"Organization?_id={place}",
        f"Observation?performer={place}",
    )
    yield from ("Observation?_include=Observation:performer", "Organization?_revinclude=Observation:performer")
    yield from ("Observation?", "DiagnosticReport?", "Encounter?", "Condition?", "Goal?")
    yield from (
        f"Observation?code={SECRET}",
        f"Observation?code:not={SECRET}",
        "Observation?code=718-7",
        "Observation?category=imaging",
    )
    yield from (
        f"Observation?_id={secret}",
        f"Observation?_id={secret},{shown}",
        f"DiagnosticReport?_id={space.documents['report']}",
    )
    yield from (f"Observation?encounter={visit}", f"Observation?has-member={shown}", f"DiagnosticReport?result={shown}")
    yield from ("Observation?identifier=urn:x%7C7", "Observation?identifier:missing=false", "Observation?_security=R")
    yield from ("Observation?date=2026-01-01", "Observation?date=lt2026-01-15", "Observation?date=gt2026-12")
    yield "Observation?_lastUpdated=ge2020"
    yield from (
        "Observation?_sort=date&_count=1",
        "Observation?_sort=-date&_count=1",
        "Observation?_sort=code",
        "Observation?_count=0",
    )
    yield from ("Observation?_total=none&_count=1", "Observation?_total=estimate", "Observation?_total=accurate")
    yield from ("Observation?_include=Observation:encounter", "Observation?_include=Observation:has-member&code=718-7")
    yield from (
        "Observation?_include:iterate=Observation:has-member",
        "DiagnosticReport?_include=DiagnosticReport:result",
    )
    yield from ("Encounter?_revinclude=Observation:encounter", "Encounter?_revinclude=DiagnosticReport:encounter")
    yield "Encounter?_revinclude=Observation:encounter&_revinclude:iterate=Observation:has-member"
    yield "Observation?_revinclude=DiagnosticReport:result"
    yield from (f"Encounter?_has:Observation:encounter:code={SECRET}", f"DiagnosticReport?result.code={SECRET}")
    yield from ("Observation?nothing=1", "Observation?_summary=count", "Observation?page=Mg")


def everything(space: Space, reader: Client) -> Iterator[tuple[str, Callable[[], Reply]]]:
    """Everything software can ask of resources by searching; more doors take a line here."""
    for query in searches(space):
        name, _, rest = query.partition("?")
        named = f"{name}?patient={space.person}&{rest}".rstrip("&")
        yield f"get {query}", lambda q=named: reader.ask("GET", f"/fhir/{q}")
        yield f"lenient {query}", lambda q=named: reader.ask("GET", f"/fhir/{q}", Prefer="handling=lenient")
        yield f"in her compartment {query}", lambda q=query: reader.ask("GET", f"/fhir/Patient/{space.person}/{q}")
        yield (
            f"posted {query}",
            lambda n=name, r=rest: reader.ask(
                "POST", f"/fhir/{n}/_search?patient={space.person}", r.encode(), content_type=FORM
            ),
        )
    for query in (
        "",
        "_count=1",
        "_type=Observation",
        "_type=DiagnosticReport&_count=1",
        "start=2026-12-01",
        "end=2026-01-15",
    ):
        yield f"everything {query}", lambda q=query: reader.ask("GET", f"/fhir/Patient/{space.person}/$everything?{q}")
    for step in ("state", "file"):
        for query in ("_type=Observation", "_type=DiagnosticReport", "_type=Organization&_since=2020", "_type=Goal"):
            address = f"/fhir/Patient/{space.person}/$export-{step}?at=9999999999999&{query}"
            yield f"export {step} {query}", lambda a=address: reader.ask("GET", a)
    yield "export state", lambda: reader.ask("GET", f"/fhir/Patient/{space.person}/$export-state?at=9999999999999")
    for word in ("shown", "secret"):
        target, number = f"Observation/{space.documents[word]}", origin_of(space, word)
        yield f"origin of {word}", lambda t=target: reader.ask("GET", f"/fhir/Provenance?target={t}")
        yield f"origin of {word} by its number", lambda n=number: reader.ask("GET", f"/fhir/Provenance/{n}")
    yield "second page", lambda: followed(reader, space)
    for word in ("secret", "also", "report", "secret visit", "secret visit place"):
        name = "DiagnosticReport" if word == "report" else "Organization" if word.endswith("place") else "Observation"
        address = f"/fhir/{name}/{space.documents[word]}"
        for end in ("", "/_history", "/_history/1", "/_history/2"):
            yield f"{word}{end}", lambda a=address + end: reader.ask("GET", a)
        yield f"{word} by its tag", lambda a=address: reader.ask("GET", a, If_None_Match='W/"1"')
    for query in ("", "?_type=Observation", "_history", "Observation/_history", f"Patient/{space.person}/_history"):
        yield f"at large {query}", lambda q=query: reader.ask("GET", f"/fhir/{q}")


def origin_of(space: Space, word: str) -> str:
    """Return the number of where an Observation's first version comes from."""
    one = ClearResource(space.documents[word], "Observation", 4, 1, datetime.now(UTC), False, b"")
    return number_of(one)


def followed(reader: Client, space: Space) -> Reply:
    """Follow the link of a first page that is sorted."""
    first = reader.ask("GET", f"/fhir/Observation?patient={space.person}&_sort=date&_count=1")
    (following,) = [one["url"] for one in first.json["link"] if one["relation"] == "next"]
    return reader.ask("GET", "/fhir/" + following.partition("/fhir/")[2])


def known_of(space: Space) -> dict[str, str]:
    """Return what the words of a space are called, the places of its pages included: each names the row it ends on."""
    words = ("shown", "other", "visit", "other place")
    places = {msgspec.msgpack.encode((n, "Observation", space.documents[w])): f"{n} {w}" for n in (1, 2) for w in words}
    places |= {b"r" + bytes.fromhex(space.documents[word][32:]): f"row {word}" for word in words}
    known = space.known | {origin_of(space, word): f"origin {word}" for word in ("shown", "secret")}
    return known | {b64encode(one, b"-_").rstrip(b"=").decode(): f"page {word}" for one, word in places.items()}


def compared(served: ServedHouse, there: Space, absent: Space, asks: Any) -> None:
    """Ask all of both; a key that was forgotten meanwhile, being old, is work for neither."""
    both = [dict(asks(space)) for space in (there, absent)]
    for space, found in zip((there, absent), both, strict=True):
        for label in [*found]:
            found[named(label, known_of(space))] = found.pop(label)
    assert both[0].keys() == both[1].keys()
    for found in both:
        for ask in found.values():  # so that nothing is read for the first time
            ask()
    for label in both[1]:
        for _ in range(3):
            seen, expected = (
                asked_once(served, both[0][label], known_of(there)),
                asked_once(served, both[1][label], known_of(absent)),
            )
            assert seen[:3] == expected[:3], label
            if seen == expected:
                break
        assert seen == expected, label


@pytest.mark.parametrize("hidden", HIDINGS)
def test_no_search_tells_a_professional_of_what_is_hidden_and_none_works_more_for_it(
    served: ServedHouse, hidden: str
) -> None:
    reader = served.client("diallo")
    bystander = made(served, None)  # alike in all, and nothing of hers is told
    there = made(served, HIDINGS[hidden])
    absent = made(served, None, like=there)
    compared(served, there, absent, lambda space: everything(space, reader))
    for _, ask in everything(there, reader):
        body = ask().body.decode()
        assert bystander.person not in body and there.documents["secret"] not in body.replace(
            f"_id={there.documents['secret']}", ""
        )


CONDITION = "identifier=urn:x%7C7"


def conditional(space: Space, sender: Client) -> dict[str, Callable[[], Reply]]:
    """What is written on a condition that only what is hidden meets."""
    body = resource("Observation", space.person, identifier=[{"system": "urn:x", "value": "7"}])
    again = f"/fhir/Observation?patient={space.person}&{CONDITION}"
    return {
        "created": lambda: sender.ask("POST", "/fhir/Observation", body, If_None_Exist=CONDITION),
        "updated": lambda: sender.ask("PUT", f"/fhir/Observation?{CONDITION}", body),
        "deleted": lambda: sender.ask("DELETE", again),
        "in a short answer": lambda: sender.ask(
            "POST", "/fhir/Observation", body, If_None_Exist=f"_id={space.documents['also']}", Prefer="return=minimal"
        ),
    }


def conditioned(served: ServedHouse, sender: Client, hide: Any, what: str) -> tuple[Any, ...]:
    """Write on a condition in a space just made; return what it told, and the work it took."""
    space = filled(served, begun(served), hide)
    with watched() as statements, overheard() as messages:
        before = entered(served)
        reply = conditional(space, sender)[what]()
        after = entered(served)
        work = (statements.taken(), messages.taken(), after[0] - before[0], after[1] - before[1])
    new = set(re.findall(space.person + "[0-9a-f]{32}", reply.body.decode() + str(reply.headers)))
    return (*told(reply, space.known | dict.fromkeys(new - set(space.documents.values()), "new")), *work)


@pytest.mark.parametrize("hidden", HIDINGS)
@pytest.mark.parametrize("what", ["created", "updated", "deleted", "in a short answer"])
def test_what_is_written_on_a_condition_is_not_told_of_what_is_hidden(
    served: ServedHouse, hidden: str, what: str
) -> None:
    sender = served.client("diallo")
    for _ in range(4):  # the first time something is read for the first time; a count may be written meanwhile
        seen, expected = (conditioned(served, sender, hide, what) for hide in (HIDINGS[hidden], None))
        assert seen[:3] == expected[:3]
        if seen == expected:
            break
    assert seen == expected
    assert seen[0] == (404 if what == "deleted" else 201)


def test_she_finds_herself_all_that_is_hidden_from_others(served: ServedHouse) -> None:
    space = made(served, HIDINGS["from all"])
    reply = space.client.ask("GET", f"/fhir/Observation?code={SECRET}&_include=Observation:encounter")
    found = {one["resource"]["id"]: one["search"]["mode"] for one in reply.json["entry"]}
    assert found == {
        space.documents["secret"]: "match",
        space.documents["also"]: "match",
        space.documents["secret visit"]: "match",
        space.documents["visit"]: "include",
    }


def test_whom_one_may_read_nothing_of_is_answered_as_nobody_whatever_is_searched(served: ServedHouse) -> None:
    space = made(served, None)
    nobody = Space(space.client, "0" * 32, "", {word: "0" * 32 + one[32:] for word, one in space.documents.items()})
    space.client.done("withdraw_access", {"practitioner": DIALLO})
    reader = served.client("diallo")
    compared(
        served,
        space,
        nobody,
        lambda one: ((label, ask) for label, ask in everything(one, reader) if label != "second page"),
    )
