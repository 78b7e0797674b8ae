"""G2. What each act takes, counted: at most three steps, and a no never costs more than the yes that it answers or takes back.

On the pages, walked from her home page (`tests/guarantees/steps.py`); in the other channels, from what the code itself
describes: a paper form, the questions of a call, a counter's screen, the body of a request. An act that comes later takes a row.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from espace_sante.access.request import ActId
from espace_sante.actions.act import Act, FieldKind, Nature, Upload, Value
from espace_sante.actions.registry import PERSON_ACTS, REGISTRY
from espace_sante.channels.desk import screen
from espace_sante.channels.paper import form_fields
from espace_sante.channels.phone import script
from espace_sante.kernel.errors import Problem
from tests.fixtures_database import Databases
from tests.guarantees.steps import DIALLO, WAYS, Count, counted
from tests.journeys.counter import with_her
from tests.journeys.surfer import Surfer
from tests.served import ServedHouse, served_house
from tests.told import overheard

MOST_STEPS = 3
# Each no, and the yes that it answers or takes back. A no without a yes (to contest, to report) has only its steps promised.
PAIRS = (
    (ActId.REFUSE_SPACE, ActId.OPEN_SPACE),
    (ActId.REFUSE_SPACE, ActId.REVERSE_REFUSAL),
    (ActId.CLOSE_SPACE, ActId.REOPEN_SPACE),
    (ActId.CLOSE_SPACE, ActId.ERASE_CONTENT),
    (ActId.LIMIT_GRANT, ActId.GRANT_ACCESS),
    (ActId.WITHDRAW_ACCESS, ActId.GRANT_ACCESS),
    (ActId.WITHDRAW_ACCESS, ActId.NAME_ADMINISTRATOR),
    (ActId.MASK, ActId.UNMASK),
    (ActId.BLOCK, ActId.UNBLOCK),
    (ActId.REFUSE_EMERGENCY, ActId.SET_EMERGENCY_WILL),
    (ActId.REVOKE_ACCESS_CARD, ActId.ISSUE_ACCESS_CARD),
    (ActId.DECLINE_REQUEST, ActId.ACCEPT_REQUEST),
    (ActId.END_SUPPORT, ActId.ALLOW_SUPPORT),
    (ActId.END_APP, ActId.AUTHORISE_APP),
    (ActId.END_MANDATE, ActId.NAME_HELPER),
    (ActId.END_TRUSTED_PERSON, ActId.NAME_TRUSTED_PERSON),
    (ActId.REFUSE_DEPOSITS, ActId.ACCEPT_DEPOSITS),
    (ActId.STOP_AUTHORS_READING, ActId.LET_AUTHORS_READ),
    (ActId.HIDE_NEW_DOCUMENTS, ActId.SHOW_NEW_DOCUMENTS),
    (ActId.SEAL_SPACE, ActId.UNSEAL_SPACE),
    (ActId.REFUSE_AFTER_DEATH, ActId.ALLOW_AFTER_DEATH),
    (ActId.END_SECONDARY_USE, ActId.ALLOW_SECONDARY_USE),
    (ActId.END_EPISODE, ActId.KEEP_EPISODE),
    (ActId.REMOVE_ADDRESS, ActId.GIVE_ADDRESS),
    (ActId.STOP_REMINDERS, ActId.ASK_REMINDERS),
    (ActId.REMOVE_CONTACT, ActId.CHANGE_CONTACT),
    (ActId.REMOVE_CONTACT, ActId.CONFIRM_CONTACT),
)
ALONE = {
    ActId.EXPECT_ACCESS,
    ActId.CONTEST_ACCESS,
    ActId.REPORT_MISTAKE,
    ActId.CHOOSE_LETTERS,
    ActId.CONTEST_REPRESENTATION,
}
# Gives nobody anything, so that it holds at once by telephone; taken back like a yes all the same.
ASKED_FOR = {ActId.ASK_REMINDERS}
# Written down, and opens nothing to anybody; taken back like a yes all the same.
NOTED = {ActId.NAME_TRUSTED_PERSON}
# Chosen again to be changed: one act says both more and less.
BOTH_WAYS = {ActId.CHOOSE_NOTICES}
# What parse is given to find the fewest fields that are enough; one value of every field that can be enough.
VALUES: dict[ActId, dict[str, Value]] = {
    ActId.DEPOSIT_DOCUMENT: {
        "file": Upload("a.txt", "text/plain", b"Bonjour."),
        "title": "Lettre",
        "category": "5",
        "created": "2026-11-02",
    },
    ActId.READ_DOCUMENT: {"document": "7" * 64},
    ActId.GRANT_ACCESS: {"practitioner": DIALLO, "scope": "everything", "purpose": "care", "days": "3"},
    ActId.LIMIT_GRANT: {"grant": "7" * 32, "days": "1"},
    ActId.NAME_ADMINISTRATOR: {"practitioner": DIALLO, "days": "3"},
    ActId.WITHDRAW_ACCESS: {"practitioner": DIALLO},
    ActId.MASK: {"document": "7" * 64},
    ActId.UNMASK: {"document": "7" * 64},
    ActId.BLOCK: {"practitioner": DIALLO, "what": "everything"},
    ActId.UNBLOCK: {"practitioner": DIALLO},
    ActId.SET_EMERGENCY_WILL: {"regulator": "yes", "bedside": "yes", "hidden": "no", "scope": "everything"},
    ActId.ISSUE_ACCESS_CARD: {"scope": "everything", "purpose": "care", "uses": "1", "hours": "12", "days": "3"},
    ActId.REVOKE_ACCESS_CARD: {"number": "123456"},
    ActId.ACCEPT_REQUEST: {"number": "123456", "days": "3"},
    ActId.DECLINE_REQUEST: {"number": "123456"},
    ActId.CONTEST_ACCESS: {"entries": "0123456789abcdefghjk", "reason": "unknown", "block": "no"},
    ActId.REPORT_MISTAKE: {"document": "7" * 64, "reason": "false", "hide": "no"},
    ActId.ALLOW_SUPPORT: {"ticket": "AB20260001", "hours": "2", "journal": "no"},
    ActId.AUTHORISE_APP: {"app": "carnet-sante", "owner": "Carnet SAS", "what": "documents", "days": "30"},
    ActId.NAME_HELPER: {"name": "Claire Bonnet", "reads": "no", "acts": "mask"},
    ActId.NAME_TRUSTED_PERSON: {"name": "Ana Roy", "signed": "no"},
    ActId.CLOSE_SPACE: {"sure": "yes"},
    ActId.REOPEN_SPACE: {"deposits": "no"},
    ActId.ERASE_CONTENT: {"sure": "yes"},
    ActId.ALLOW_SECONDARY_USE: {"purpose": "research"},
    ActId.END_SECONDARY_USE: {"purpose": "research"},
    ActId.KEEP_EPISODE: {"name": "mon genou"},
    ActId.END_EPISODE: {"number": "123456"},
    ActId.GIVE_ADDRESS: {"street": "1 rue des Essais", "town": "63000 Clermont"},
    ActId.ASK_REMINDERS: {"months": "6"},
    ActId.CHOOSE_LETTERS: {"size": "large"},
    ActId.CHANGE_CONTACT: {"mail": "jeanne@exemple.example"},
    ActId.REMOVE_CONTACT: {"what": "mail"},
    ActId.CONFIRM_CONTACT: {"word": "un deux trois"},
    ActId.CHOOSE_NOTICES: {
        "notice": "document",
        "by_mail": "yes",
        "by_sms": "no",
        "by_letter": "no",
        "pace": "daily",
    },
    ActId.EXPECT_ACCESS: {"entry": "0123456789abcdefghjk"},
}


@cache
def due(act: Act) -> int:
    """Return how few fields are enough for an act, as its own reading of them says."""
    values = VALUES.get(act.id, {})
    for count in range(len(values) + 1):
        for names in itertools.combinations(values, count):
            try:
                act.parse({name: values[name] for name in names})
            except Problem:
                continue
            return count
    raise AssertionError(f"{act.id}: its values are not enough")


# Where a no offers a question more than its yes, never due: why.
OFFERED_MORE = {
    # To open, to refuse and to close offer one question alike: her department, for the public counts. What takes them back does not.
    (ActId.REFUSE_SPACE, ActId.REVERSE_REFUSAL): 2,  # that one, and not to be asked again
    (ActId.CLOSE_SPACE, ActId.REOPEN_SPACE): 2,  # that one, and how many years an archive is kept
    (ActId.CLOSE_SPACE, ActId.ERASE_CONTENT): 2,
    (ActId.WITHDRAW_ACCESS, ActId.NAME_ADMINISTRATOR): 1,  # a structure or a team may be named too
    (ActId.BLOCK, ActId.UNBLOCK): 1,  # less than everything
}
OTHERS = ("paper", "phone", "counter", "api")
# What every screen of the counter asks besides the act's own fields: that it was checked, which number, the number.
COUNTER = ("checked", "tie", "kind", "person_number")


@dataclass(frozen=True)
class Asked:
    """What a channel asks for an act: what has to be answered, and all that may be."""

    due: int
    offered: int


def asked(act: Act, channel: str) -> Asked:
    """Count what a channel asks, from what the code shows there."""
    match channel:
        case "paper":
            return Asked(due(act), len(form_fields(act, {})))
        case "phone":
            unasked = sum(field.kind is FieldKind.FILE for field in act.fields)
            labels = {f"{field.label} ?".replace(" ? ?", " ?") for field in act.fields}
            return Asked(due(act) - unasked, sum(line in labels for line in script(act).lines))
        case "counter":
            return Asked(due(act) + len(COUNTER), len(screen(act).fields) + len(COUNTER))
        case _:
            return Asked(due(act), len(act.fields))


@pytest.fixture(scope="module")
def house(databases: Databases) -> Iterator[ServedHouse]:
    with served_house(databases, whole=True, uploads_per_minute=10_000) as running:
        yield running


@pytest.fixture(scope="module")
def pages(house: ServedHouse) -> dict[ActId, Count]:
    with overheard() as heard:
        return counted(house, "karim", heard)


def test_every_act_of_a_person_is_walked_and_every_no_has_its_yes() -> None:
    assert sorted(way.act for way in WAYS) == sorted(act.id for act in PERSON_ACTS)
    nos = {act.id for act in PERSON_ACTS if act.nature is Nature.RESTRICTIVE}
    yeses = {act.id for act in PERSON_ACTS if act.nature is Nature.PERMISSIVE}
    assert {no for no, _ in PAIRS} == nos - ALONE - ASKED_FOR
    assert {yes for _, yes in PAIRS} == (yeses - BOTH_WAYS) | ASKED_FOR | NOTED


@pytest.mark.database
@pytest.mark.slow
def test_every_act_takes_three_steps_at_most(pages: dict[ActId, Count]) -> None:
    assert {act: count for act, count in pages.items() if count.steps > MOST_STEPS} == {}


@pytest.mark.database
@pytest.mark.slow
@pytest.mark.parametrize(("no", "yes"), PAIRS)
def test_on_the_pages_a_no_costs_no_more_than_its_yes(pages: dict[ActId, Count], no: ActId, yes: ActId) -> None:
    assert pages[no].steps <= pages[yes].steps
    assert pages[no].clicks <= pages[yes].clicks
    assert pages[no].fields <= pages[yes].fields


@pytest.mark.parametrize("channel", OTHERS)
@pytest.mark.parametrize(("no", "yes"), PAIRS)
def test_in_every_other_channel_a_no_costs_no_more_than_its_yes(channel: str, no: ActId, yes: ActId) -> None:
    said, taken_back = asked(REGISTRY[no], channel), asked(REGISTRY[yes], channel)
    assert said.due <= taken_back.due
    assert said.offered <= taken_back.offered + OFFERED_MORE.get((no, yes), 0)


@pytest.mark.parametrize("act", PERSON_ACTS, ids=lambda act: act.id.value)
def test_what_a_form_says_is_due_is_due_and_no_form_asks_for_more(act: Act) -> None:
    required = {field.name for field in act.fields if field.required}
    values = VALUES.get(act.id, {})
    assert len(required) <= due(act) and required <= set(values)
    for name in required:
        with pytest.raises(Problem):
            act.parse({other: value for other, value in values.items() if other != name})


@pytest.mark.database
@pytest.mark.slow
@pytest.mark.parametrize("word", ["guichet", "courrier", "telephone"])
def test_at_the_counter_every_act_asks_what_is_counted_before_it_is_read_back(house: ServedHouse, word: str) -> None:
    agent = Surfer(house.port)
    agent.sign_in("petit")
    home = agent.get("/guichet" if word == "guichet" else f"/guichet/{word}")
    for act in PERSON_ACTS:
        path = f"/guichet/demarche/{word}/{act.id}"
        assert path in home.links
        names = {name.partition("-")[0] for name in agent.get(path).form(path).asked} - {"coupon", "aid"}
        # What the agent copies from the envelope is asked of nobody, and is the same for a yes and a no.
        assert (names >= {"arrived", "postmark"}) is (word == "courrier")
        names -= {"arrived", "postmark"}
        # A file is chosen on the page that is read back: the first keeps none.
        files = sum(field.kind is FieldKind.FILE for field in act.fields)
        assert len(names) + files == asked(act, "counter").offered, (act.id, names)


@pytest.mark.database
@pytest.mark.slow
def test_at_the_counter_what_is_named_by_a_number_is_done_although_she_is_named_by_one_too(house: ServedHouse) -> None:
    herself, _, account = house.opened()
    card = herself.done(
        "issue_access_card", {"scope": "everything", "purpose": "care", "uses": 1, "hours": 12, "days": 3, "pin": ""}
    )
    agent = Surfer(house.port)
    agent.sign_in("petit")
    done = with_her(agent, "guichet", "revoke_access_card", account.ins, {"number": card["result"]["number"]})
    assert done.status == 200, done.words
    assert herself.done("read_journal")["result"]["cards"] == []


@pytest.mark.database
@pytest.mark.slow
def test_the_published_table_is_what_was_counted(pages: dict[ActId, Count]) -> None:
    assert table(pages) in PAGE.read_text("utf-8"), f"write this in {PAGE}:\n{table(pages)}"


PAGE = next(Path("docs/guarantees").glob("g02-*.md"))
HEAD = "| Démarche | Étapes | Clics | À remplir | Papier | Téléphone | Guichet | Logiciel |"


def table(pages: dict[ActId, Count]) -> str:
    """Return the table as the page of the guarantee shows it: what is due, then all that may be said."""
    lines = [HEAD, "|---|---|---|---|---|---|---|---|"]
    for act in PERSON_ACTS:
        count, others = pages[act.id], [asked(act, channel) for channel in OTHERS]
        cells = [f"{one.due}" if one.due == one.offered else f"{one.due} sur {one.offered}" for one in others]
        said = (act.name, count.steps, count.clicks, count.fields, *cells)
        lines.append("| " + " | ".join(str(cell) for cell in said) + " |")
    return "\n".join(lines)
