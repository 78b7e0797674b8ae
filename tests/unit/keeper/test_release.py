"""Each demand leaves its entry, in order, before anything is released; what is refused releases nothing, ever."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

import pytest

from espace_sante.access.request import ActId, ActorKind, Refuse, Subject
from espace_sante.access.rules import RULES_VERSION
from espace_sante.consent.rights import SpaceState
from espace_sante.journal.entry import Entry, Head, JournalKeys, append, check_chain, first_head, open_record
from espace_sante.keeper.codec import READING
from espace_sante.keeper.commit import Move
from espace_sante.keeper.demand import (
    Ask,
    CloseParams,
    DepositParams,
    Done,
    GrantParams,
    InviteParams,
    JournalAnswer,
    JournalParams,
    ListParams,
    OpenAnswer,
    OpenParams,
    ReadAnswer,
    ReadParams,
    ReceiptAnswer,
    Refused,
    RefuseParams,
    Traits,
    WithdrawParams,
)
from espace_sante.keeper.finding import actor_term, key_term
from espace_sante.keeper.gathered import Gathered, Pending
from espace_sante.keeper.keyring import Held
from espace_sante.keeper.release import Chain, Decided, Decider, is_reading
from espace_sante.keeper.situation import Change, DocumentRow, Extra, Invitation
from espace_sante.records.document import deposit_info
from espace_sante.vault.envelope import open_sealed
from espace_sante.vault.hpke import seal_to
from espace_sante.vault.keys import new_space_keys, term
from tests.unit.keeper.situations import (
    AGENT,
    AT,
    DOCTOR,
    DOCTOR_SESSION,
    KEYS,
    LIMITS,
    MATRICES,
    NOW,
    PERSON_SESSION,
    SERVICE,
    SPACE,
    TRAITS,
    WAYS,
    grant,
    read,
    row_of,
    said,
    will,
)

INSTITUTION = UUID(int=5 << 100)
OWN = new_space_keys(INSTITUTION, Random(5).randbytes)
HELD, HELD_BY_ALL = Held(KEYS, JournalKeys(KEYS.journal)), Held(OWN, JournalKeys(OWN.journal))
KEY = b"k" * 32
ROW = DocumentRow(row_of(1), 1, 5, b"H" + seal_to(KEYS.deposit_public, KEY, deposit_info(row_of(1))), b"sealed")
LETTER = Invitation(UUID(int=41), "local:V-12", TRAITS, NOW.date())
GRANT, CLOSE = GrantParams(DOCTOR, "everything", [], [], "soins", 30), CloseParams()
OPEN = OpenParams(True, "v3", "fr", "ab" * 32)


def decider() -> Decider:
    return Decider(SERVICE, LIMITS, lambda: NOW, Random(3).randbytes, "build-1", MATRICES)


def pending(act: ActId, params: Any, way: str = "web", /, **ask: Any) -> Pending:
    session, _, channel, proof = WAYS[way]
    said_of_it: dict[str, Any] = {"person": "self", "channel": channel, "proof": proof, "params": b""}
    return Pending(Ask(7, act.value, b"s" * 32, **(said_of_it | ask)), params, session)


def gathered(way: str = "web", /, **changes: Any) -> Gathered:
    """Return the facts of a demand on her space."""
    known: dict[str, Any] = {
        "chain": SPACE,
        "space": SPACE,
        "head": first_head(HELD.journal, 2026),
        "rights_version": 9,
        "state": SpaceState.OPEN,
        "will": will(),
        "held": HELD,
        "row": None,
        "subject": WAYS[way][1],
        "extra": Extra(behind=True),
    }
    return Gathered(**(known | changes))


def outside(way: str = "web", /, **changes: Any) -> Gathered:
    """Return the facts of a demand about nobody's space: its chain is the institution's."""
    none: dict[str, Any] = {"chain": INSTITUTION, "space": None, "state": None, "will": None, "held": HELD_BY_ALL}
    return gathered(way, **(none | {"head": first_head(HELD_BY_ALL.journal, 2026)} | changes))


def decide(*demands: tuple[Pending, Gathered]) -> tuple[list[Decided], list[Chain]]:
    return decider().decide([p for p, _ in demands], [g for _, g in demands])


def one(p: Pending, g: Gathered) -> tuple[Decided, Chain]:
    ((decided,), (chain,)) = decide((p, g))
    return decided, chain


def record(entry: Entry, held: Held = HELD) -> dict[str, Any]:
    return open_record(held.space.record_key, held.space.space, entry.seq, entry.sealed)


# ------------------------------------------------------------------------------------------- entry, then release


def test_a_reading_is_entered_with_the_permission_used_and_opens_the_key_only_when_answered() -> None:
    p = pending(ActId.READ_DOCUMENT, ReadParams(ROW.row_id.bytes), "doctor", person="id:x", client="médecin 1.0" * 20)
    decided, chain = one(p, gathered("doctor", row=ROW, will=will(grants=(grant(11),))))
    (entry,) = chain.entries
    assert record(entry) == {
        "v": 1,
        "space": str(SPACE),
        "seq": 0,
        "prev": first_head(HELD.journal, 2026).com.hex(),
        "at": AT,
        "actor": {
            "kind": "practitioner",
            "id": DOCTOR,
            "name": "Dr Paul Guérin",
            "structure": "Hôpital du Val",
            "behalf": False,
        },
        "act": "read_document",
        "objects": [f"document:{ROW.row_id.hex}"],
        "basis": {"grant": UUID(int=11).hex, "to": "practitioner", "since": "2026-10-26T20:15:30.123Z"},
        "decision": {"result": "permit", "rule": "grant"},
        "rules": RULES_VERSION,
        "channel": "api",
        "client": ("médecin 1.0" * 20)[:80],
        "build": "build-1",
    }
    assert (decided.effect, decided.payload, decided.reference) == (None, b"", entry.reference)
    assert decided.plan.lighter == [], "no key was opened while deciding"
    answer = decided.answer()
    assert isinstance(answer, Done)
    assert (answer.number, answer.entry, answer.effect) == (7, entry.reference, "immediate")
    assert read(ReadAnswer, answer.payload).key == KEY
    assert len(decided.plan.lighter) == 1


def test_a_refused_reading_is_entered_and_releases_nothing() -> None:
    p = pending(ActId.READ_DOCUMENT, ReadParams(ROW.row_id.bytes), "doctor")
    decided, chain = one(p, gathered("doctor", row=ROW))
    (entry,) = chain.entries
    said_of_it = record(entry)
    assert said_of_it["decision"] == {"result": "refuse", "rule": "no-grant"}
    assert said_of_it["basis"] == {}
    assert said_of_it["objects"] == [f"document:{ROW.row_id.hex}"]
    assert "effect" not in said_of_it
    assert (decided.effect, decided.payload) == (None, b"")
    assert decided.answer() == Refused(7, entry.reference, "")
    assert decided.plan.lighter == []


def test_a_refusal_answers_nothing_even_when_its_plan_could_release_write_or_repeat() -> None:
    """Whatever a plan holds beside a refusal stays where it is: the last door before anything leaves."""
    p, g = pending(ActId.READ_DOCUMENT, ReadParams(ROW.row_id.bytes)), gathered(row=ROW)
    decided, _ = one(p, g)
    opened: list[str] = []

    def release() -> bytes:
        opened.append("key")
        return b"key"

    def write(reference: str) -> tuple[Change, bytes]:
        opened.append(reference)
        return Change(), b"key"

    plan = replace(decided.plan, decision=Refuse("masked"), code="told", release=release, write=write)
    assert replace(decided, plan=plan, payload=b"key").answer() == Refused(7, decided.reference, "told")
    written = decider()._written(p, g, plan, Entry(0, b"", b"", b"", "ref"), NOW, b"")
    assert (written.effect, written.payload, written.reference) == (None, b"", "ref")
    assert opened == []


@pytest.mark.parametrize(
    ("act", "params"),
    [
        (ActId.READ_DOCUMENT, ReadParams(ROW.row_id.bytes)),
        (ActId.LIST_DOCUMENTS, ListParams()),
        (ActId.READ_JOURNAL, JournalParams()),
    ],
)
def test_a_reading_asked_by_telephone_is_entered_as_started_and_releases_nothing(act: ActId, params: Any) -> None:
    decided, chain = one(pending(act, params, "phone"), gathered("phone", row=ROW))
    assert record(chain.entries[0])["effect"] == "starts"
    assert decided.answer() == Done(7, decided.reference, "starts", b"")
    assert decided.plan.lighter == []


def test_her_journal_counts_the_entries_before_this_one() -> None:
    decided, _ = one(pending(ActId.READ_JOURNAL, JournalParams()), gathered(head=Head(31, b"c" * 32, 2026, 0)))
    answer = decided.answer()
    assert isinstance(answer, Done)
    assert read(JournalAnswer, answer.payload).n == 31


# -------------------------------------------------------------------------------------------------- who acted


@pytest.mark.parametrize(
    ("way", "where", "expected"),
    [
        ("web", gathered, {"kind": "person", "id": "", "name": "Zoé Essai", "structure": "", "behalf": False}),
        ("web", outside, {"kind": "person", "id": "", "name": "", "structure": "", "behalf": False}),
        (
            "counter",
            gathered,
            {"kind": "agent", "id": "agent-7", "name": "Léa Guichet", "structure": "Mairie du Val", "behalf": True},
        ),
        (
            "counter",
            outside,
            {"kind": "agent", "id": "agent-7", "name": "Léa Guichet", "structure": "Mairie du Val", "behalf": True},
        ),
    ],
)
def test_an_entry_says_who_acted_and_the_institution_s_never_names_a_person(
    way: str, where: Callable[..., Gathered], expected: dict[str, Any]
) -> None:
    p = pending(ActId.WITHDRAW_ACCESS, WithdrawParams(DOCTOR), way)
    p.session = replace(p.session, identifier=p.session.identifier or "a person's number")
    _, chain = one(p, where(way))
    held = HELD if where is gathered else HELD_BY_ALL
    assert record(chain.entries[0], held)["actor"] == expected


def test_who_acted_is_written_anew_for_each_account_name_structure_and_place() -> None:
    each = decider()
    sessions = [
        DOCTOR_SESSION,
        replace(DOCTOR_SESSION, name="Dr P. Guérin"),
        replace(DOCTOR_SESSION, structure="Clinique"),
        replace(DOCTOR_SESSION, account="sub|other", identifier="99900000037"),
    ]
    p = [pending(ActId.LIST_DOCUMENTS, ListParams(), "doctor") for _ in sessions]
    for demand, session in zip(p, sessions, strict=True):
        demand.session = session
    _, (chain,) = each.decide(p, [gathered("doctor")] * len(p))
    said_of_them = [record(entry)["actor"] for entry in chain.entries]
    assert [(who["id"], who["name"], who["structure"]) for who in said_of_them] == [
        (s.identifier, s.name, s.structure) for s in sessions
    ]
    subject = replace(AGENT, on_behalf=False)
    _, (chain,) = each.decide(
        [p[0]] * 2, [gathered("doctor"), gathered("doctor", subject=replace(subject, on_behalf=True))]
    )
    assert [record(entry)["actor"]["behalf"] for entry in chain.entries] == [False, True]


def test_accounts_seen_are_remembered_up_to_a_bound_each_once() -> None:
    each = decider()
    for number in range(4097):
        each._actor(replace(DOCTOR_SESSION, account=str(number)), "", False, False)
    assert len(each._actors) == 4097
    kept = each._actor(replace(DOCTOR_SESSION, account="1"), "", False, False)
    assert kept is each._actor(replace(DOCTOR_SESSION, account="1"), "", False, False)
    each._actor(replace(DOCTOR_SESSION, account="new"), "", False, False)
    assert len(each._actors) == 1


# ----------------------------------------------------------------------------------------------- what is written


def test_a_change_carries_its_entry_its_day_its_keys_and_is_answered_with_its_receipt() -> None:
    decided, chain = one(pending(ActId.GRANT_ACCESS, GRANT), gathered())
    (entry,) = chain.entries
    effect = decided.effect
    assert effect is not None
    assert (effect.space, effect.keys, effect.entry, effect.day) == (SPACE, KEYS, entry, date(2026, 11, 25))
    assert effect.first_answer is None, "nothing is remembered without a key to find it by"
    assert effect.change.will is not None
    answer = decided.answer()
    assert isinstance(answer, Done)
    assert (answer.number, answer.entry, answer.effect) == (7, entry.reference, "immediate")
    assert said(read(ReceiptAnswer, answer.payload).receipt)["entry"] == entry.reference


@pytest.mark.parametrize(
    ("act", "params", "effect"),
    [(ActId.GRANT_ACCESS, GRANT, "starts"), (ActId.CLOSE_SPACE, CLOSE, "provisional")],
)
def test_an_entry_says_how_far_an_act_went_when_it_is_not_the_whole_way(act: ActId, params: Any, effect: str) -> None:
    decided, chain = one(pending(act, params, "phone"), gathered("phone"))
    assert record(chain.entries[0])["effect"] == effect
    answer = decided.answer()
    assert isinstance(answer, Done)
    assert answer.effect == effect
    assert said(read(ReceiptAnswer, answer.payload).receipt)["effect"] == effect


def test_demands_on_one_space_follow_each_other_on_one_chain_in_order() -> None:
    acts = [
        (ActId.READ_DOCUMENT, ReadParams(ROW.row_id.bytes)),
        (ActId.WITHDRAW_ACCESS, WithdrawParams("paul")),
        (ActId.GRANT_ACCESS, GRANT),
    ]
    demands = [(pending(act, params), gathered(row=ROW)) for act, params in acts]
    decided, (chain,) = decide(*demands)
    assert [d.reference for d in decided] == [entry.reference for entry in chain.entries]
    assert [d.pending.ask.act for d in decided] == [act for act, _ in acts]
    assert [entry.seq for entry in chain.entries] == [0, 1, 2]
    check_chain(KEYS.journal, KEYS.record_key, SPACE, 2026, [e.row for e in chain.entries], head=chain.head)
    start = first_head(HELD.journal, 2026)
    assert chain.as_move() == Move(SPACE, start, 9, SpaceState.OPEN, chain.head, tuple(chain.entries))


def test_demands_on_two_spaces_move_two_heads() -> None:
    _, chains = decide(
        (pending(ActId.READ_JOURNAL, JournalParams()), gathered()),
        (pending(ActId.READ_JOURNAL, JournalParams()), outside()),
        (pending(ActId.READ_JOURNAL, JournalParams()), gathered()),
    )
    moves = [chain.as_move() for chain in chains]
    assert [(m.space, m.state, len(m.entries)) for m in moves] == [
        (SPACE, SpaceState.OPEN, 2),
        (INSTITUTION, SpaceState.INSTITUTION, 1),
    ]


@pytest.mark.parametrize(("way", "state"), [("web", SpaceState.CLOSING), ("phone", SpaceState.OPEN)])
def test_a_space_that_closes_moves_its_head_to_closing_and_by_telephone_does_not(way: str, state: SpaceState) -> None:
    _, chain = one(pending(ActId.CLOSE_SPACE, CLOSE, way), gathered(way))
    assert chain.as_move().state is state


# ---------------------------------------------------------------------------------------------------- opening


def opening(way: str = "web", **ask: Any) -> tuple[Decided, Chain]:
    return one(pending(ActId.OPEN_SPACE, OPEN, way, **ask), outside(way, extra=Extra(invitation=LETTER)))


@pytest.mark.parametrize(("way", "name", "behalf"), [("web", "Zoé Essai", False), ("counter", "Léa Guichet", True)])
def test_a_yes_is_entry_zero_of_her_own_journal_and_the_institution_s_says_only_that_an_answer_came(
    way: str, name: str, behalf: bool
) -> None:
    decided, chain = opening(way)
    effect = decided.effect
    assert effect is not None
    new = effect.change.new_space
    assert new is not None
    first, (quiet,) = effect.entry, chain.entries
    assert decided.reference == first.reference != quiet.reference
    journal = JournalKeys(new.keys.journal)
    check_chain(new.keys.journal, new.keys.record_key, new.keys.space, 2026, [first.row])
    own = open_record(new.keys.record_key, new.keys.space, 0, first.sealed)
    assert own["prev"] == first_head(journal, 2026).com.hex()
    assert own["actor"]["name"] == name
    assert own["actor"]["behalf"] is behalf
    assert own["objects"] == ["space"]
    assert own["deposit"] == hashlib.sha256(new.keys.deposit_public).hexdigest()
    assert own["at"] == AT
    check_chain(OWN.journal, OWN.record_key, INSTITUTION, 2026, [quiet.row], head=chain.head)
    institution = record(quiet, HELD_BY_ALL)
    assert institution["objects"] == ["answer"]
    assert institution["actor"]["name"] == ("" if way == "web" else name)
    assert "deposit" not in institution
    assert new.will.person.hex not in str(institution) and str(new.keys.space) not in str(institution)
    answer = decided.answer()
    assert isinstance(answer, Done)
    opened = read(OpenAnswer, answer.payload)
    assert (opened.person, said(opened.receipt)["entry"]) == (new.will.person.hex, first.reference)
    assert (effect.space, effect.keys) == (INSTITUTION, OWN)


def test_a_yes_by_telephone_opens_nothing_and_is_entered_once() -> None:
    decided, chain = opening("phone")
    assert len(chain.entries) == 1
    assert decided.effect is not None
    assert decided.effect.change == Change()
    assert record(chain.entries[0], HELD_BY_ALL)["objects"] == ["space"]


def test_what_is_no_opening_cannot_open() -> None:
    p, g = pending(ActId.GRANT_ACCESS, GRANT), gathered()
    decided, chain = one(p, g)
    with pytest.raises(ValueError, match="not an opening"):
        decider()._opening(p, g, decided.plan, {}, chain, NOW, b"")


# ----------------------------------------------------------------------------------------------------- repeats


BODY = hashlib.sha256(b"body").digest()


def remembered(act: ActId, person: str = "self", body: bytes = BODY) -> bytes:
    return term(SERVICE.idempotency, "body", f"{act}|{person}|{body.hex()}")


@pytest.mark.parametrize(
    ("act", "params", "place", "sealed_by"),
    [
        (ActId.GRANT_ACCESS, GRANT, "space", "space"),
        (ActId.REFUSE_SPACE, RefuseParams("v3", "fr", "ab" * 32), "outside", "service"),
        (ActId.OPEN_SPACE, OPEN, "outside", "new"),
    ],
)
def test_a_first_answer_is_remembered_for_some_days_sealed_by_what_is_erased_with_the_space(
    act: ActId, params: Any, place: str, sealed_by: str
) -> None:
    p = pending(act, params, idempotency=b"key", body=BODY)
    extra = Extra(invitation=LETTER)
    decided, _ = one(p, gathered(extra=extra) if place == "space" else outside(extra=extra))
    assert decided.effect is not None
    assert decided.effect.first_answer is not None
    actor, key, body, sealed, until = decided.effect.first_answer
    assert actor == actor_term(SERVICE, PERSON_SESSION)
    assert key == key_term(SERVICE, b"key")
    assert body == remembered(act)
    assert until == date(2026, 12, 2)
    new = decided.effect.change.new_space
    keys = {"space": KEYS.receipt_key, "service": SERVICE.session, "new": new.keys.receipt_key if new else b""}
    assert open_sealed(keys[sealed_by], sealed, b"answer|" + actor + key) == decided.payload


def test_a_demand_made_twice_is_answered_as_first_and_its_second_coming_is_entered() -> None:
    p = pending(ActId.CLOSE_SPACE, CLOSE, idempotency=b"key", body=BODY)
    extra = Extra(first_answer=(remembered(ActId.CLOSE_SPACE), b"first answer"))
    decided, chain = one(p, gathered(extra=extra))
    (entry,) = chain.entries
    assert record(entry)["decision"] == {"result": "permit", "rule": "repeat"}
    assert record(entry)["objects"] == ["repeat"]
    assert decided.effect is None
    assert decided.answer() == Done(7, entry.reference, "immediate", b"first answer")
    assert chain.as_move().state is SpaceState.OPEN


def test_a_yes_said_twice_opens_one_space() -> None:
    p = pending(ActId.OPEN_SPACE, OPEN, idempotency=b"key", body=BODY)
    extra = Extra(invitation=None, first_answer=(remembered(ActId.OPEN_SPACE), b"first answer"))
    decided, chain = one(p, gathered(extra=extra))
    assert decided.effect is None
    assert len(chain.entries) == 1
    assert decided.answer() == Done(7, decided.reference, "immediate", b"first answer")


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ({"body": bytes(32)}, b"first answer"),
        ({"person": f"id:{UUID(int=3).hex}"}, b"first answer"),
        ({}, None),  # what answered first was sealed for a space that is no more
    ],
)
def test_another_demand_under_the_same_key_is_a_conflict_told_to_its_caller(
    change: dict[str, Any], first: bytes | None
) -> None:
    p = pending(ActId.CLOSE_SPACE, CLOSE, **({"idempotency": b"key", "body": BODY} | change))
    decided, chain = one(p, gathered(extra=Extra(first_answer=(remembered(ActId.CLOSE_SPACE), first))))
    assert record(chain.entries[0])["decision"] == {"result": "refuse", "rule": "conflict"}
    assert decided.effect is None
    assert decided.answer() == Refused(7, chain.entries[0].reference, "idempotency-conflict")


def test_another_act_under_the_same_key_is_a_conflict() -> None:
    p = pending(ActId.GRANT_ACCESS, GRANT, idempotency=b"key", body=BODY)
    decided, _ = one(p, gathered(extra=Extra(first_answer=(remembered(ActId.CLOSE_SPACE), b"x"))))
    assert decided.answer() == Refused(7, decided.reference, "idempotency-conflict")


# ------------------------------------------------------------------------------------------------------ others


def test_what_the_plan_needs_is_given_as_it_was_gathered() -> None:
    """A deposit of the same submission looks at everything: session, keys, traits, terms, limits, instant."""
    number = Traits("ESSAI", "ZOE", "1999-01-02", "F")
    params = DepositParams(row_of(1).bytes, 5, b"w", b"s", b"l", "urn:oid:1.1", bytes(32), claimed=number)
    decided, _ = one(pending(ActId.DEPOSIT_DOCUMENT, params, "doctor"), gathered("doctor", extra=Extra(person=TRAITS)))
    assert decided.effect is not None
    assert len(decided.effect.change.documents) == 1
    invitation = InviteParams("local:v-12", number)
    p = pending(ActId.INVITE, invitation, person="local:v-12")
    decided, chain = one(p, outside(subject=Subject(ActorKind.OPERATOR, "op")))
    assert decided.effect is not None
    assert decided.effect.change.put_invitation is not None
    assert decided.effect.change.put_invitation[-1] == date(2027, 3, 15)  # ninety days, and twenty for the post
    assert record(chain.entries[0], HELD_BY_ALL)["objects"] == ["invitation"]


def test_readings_are_told_from_changes() -> None:
    found: Sequence[ActId] = [act for act in ActId if is_reading(pending(act, None))]
    assert set(found) == READING
    documents = {ActId.LIST_DOCUMENTS, ActId.READ_DOCUMENT, ActId.READ_JOURNAL, ActId.EXPORT_JOURNAL}
    others = {ActId.LIST_CASES, ActId.READ_SUPPORT, ActId.LIST_LETTERS, ActId.LIST_ORDERS, ActId.READ_RESOURCE}
    others |= {ActId.READ_MANDATE}
    assert documents | others == READING


def test_entries_go_on_from_the_head_that_was_read() -> None:
    fields = dict.fromkeys(("actor", "act", "objects", "basis", "decision", "rules", "channel", "client", "build"), "x")
    first, head = append(HELD.journal, KEYS.record_key, SPACE, first_head(HELD.journal, 2026), NOW, fields)
    _, chain = one(pending(ActId.READ_JOURNAL, JournalParams()), gathered(head=head))
    check_chain(KEYS.journal, KEYS.record_key, SPACE, 2026, [first.row, chain.entries[0].row], head=chain.head)
    assert chain.as_move().head == head
