"""A deposit is kept whole or not at all; twice the same is once; it replaces what its author may replace."""

from __future__ import annotations

from dataclasses import replace as changed
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.access.request import ActId, Permit, Refuse
from espace_sante.consent.rights import SpaceState
from espace_sante.keeper.acts import asked as asking
from espace_sante.keeper.acts.deposits import deposit_document, deposited, traits_value
from espace_sante.keeper.demand import DepositAnswer, DepositParams, Traits
from espace_sante.keeper.named import document_told
from espace_sante.keeper.origin import Depositor, Facts, Origin, open_origin, seal_origin
from espace_sante.keeper.situation import Change, Extra, Plan, Situation
from espace_sante.kernel.ids import DocumentId, PersonId
from espace_sante.vault.keys import term
from tests.unit.keeper.situations import (
    AT,
    DOCTOR,
    KEYS,
    NOW,
    OTHER_DOCTOR,
    PERSON,
    REFERENCE,
    SERVICE,
    TRAITS,
    does_nothing,
    grant,
    mask,
    read,
    row_of,
    said,
    situation,
    will,
)

DOCTORS = Depositor("practitioner", DOCTOR, "Hôpital du Val")
HERS = Depositor("person")
STATED = Traits("ESSAI", "ZOE", "1999-01-02", "F")


def document(number: int = 1, /, **changes: Any) -> DepositParams:
    """Return the deposit of an invented document."""
    usual = DepositParams(
        row_of(number).bytes,
        5,
        b"wrapped %d" % number,
        b"sealed %d" % number,
        b"line %d" % number,
        f"urn:oid:1.{number}",
        bytes([number]) * 32,
    )
    return msgspec.structs.replace(usual, **changes)


def unique(number: int) -> bytes:
    return term(KEYS.term_key, "unique", f"urn:oid:1.{number}")


def content(number: int) -> bytes:
    return term(KEYS.term_key, "content", (bytes([number]) * 32).hex())


def kept(number: int, origin: Origin | None, category: int = 5) -> dict[str, Any]:
    """Return a document the space holds already."""
    sealed = None if origin is None else seal_origin(origin, KEYS, row_of(number))
    return {"row_id": row_of(number), "category": category, "content_term": content(number), "origin": sealed}


def holding(*records: dict[str, Any], **further: Any) -> Extra:
    """Return what the space holds, found by unique identifier as by row."""
    numbers = {row_of(n): n for n in range(1, 40)}
    held: Any = {unique(numbers[record["row_id"]]): record for record in records}
    named: Any = {record["row_id"]: record for record in records}
    return Extra(held=held, named=named, **further)


def asked(params: DepositParams, way: str = "doctor", extra: Extra | None = None, /, **changes: Any) -> Situation:
    return situation(ActId.DEPOSIT_DOCUMENT, params, way, extra=extra or Extra(), **changes)


def planned(params: DepositParams, way: str = "doctor", extra: Extra | None = None, /, **changes: Any) -> Plan:
    return deposit_document(asked(params, way, extra, **changes))


def written(plan: Plan) -> tuple[Change, DepositAnswer]:
    assert isinstance(plan.decision, Permit)
    assert (plan.code, plan.state, plan.release, plan.new_space) == ("", None, None, None)
    assert plan.write is not None
    change, payload = plan.write(REFERENCE)
    return change, read(DepositAnswer, payload)


def public(number: int) -> str:
    return PERSON.hex + row_of(number).hex


def rows_named(plan: Plan, *announced: UUID, later: timedelta = timedelta(0)) -> list[UUID | None]:
    """Return the documents that the entry of a deposit names, as far as she may know of them."""
    return [document_told(name, KEYS, frozenset(announced), NOW + later) for name in plan.objects]


def refused(plan: Plan, rule: str, code: str) -> None:
    assert (plan.decision, plan.code, plan.objects) == (Refuse(rule), code, ())
    assert does_nothing(plan)


# --------------------------------------------------------------------------------------- who, by which way


@pytest.mark.parametrize(
    ("way", "rule", "depositor"),
    [
        ("doctor", "deposit", DOCTORS),
        ("web", "holder", HERS),
        ("api", "holder", HERS),
        ("counter", "agent-counter", HERS),
        ("paper", "agent-paper", HERS),
    ],
)
def test_a_document_is_kept_as_it_was_sealed_with_its_place_and_its_depositor(
    way: str, rule: str, depositor: Depositor
) -> None:
    plan = planned(document(), way)
    change, answer = written(plan)
    assert plan.decision.rule == rule
    assert rows_named(plan) == [row_of(1)]
    ((*row, origin),) = change.documents
    assert row == [row_of(1), 1, 5, unique(1), content(1), b"Hwrapped 1", b"sealed 1"]
    assert open_origin(origin, KEYS, row_of(1)) == Origin(depositor)
    assert change == Change(documents=change.documents, lines=((row_of(1), 5, b"line 1"),))
    assert said(answer.receipt) == {
        "v": 1,
        "kind": "receipt",
        "act": "deposit_document",
        "at": AT,
        "channel": asked(document(), way).ask.channel,
        "effect": "immediate",
        "entry": REFERENCE,
        "document": public(1),
        "sha256": (b"\1" * 32).hex(),
    }
    assert answer == DepositAnswer(public(1), answer.receipt, False, 5, "", ())


def test_by_telephone_a_deposit_is_only_announced_whatever_it_holds() -> None:
    for params in (document(), document(row=b""), document(claimed=Traits("AUTRE", "", "", ""))):
        plan = planned(params, "phone")
        assert isinstance(plan.decision, Permit)
        assert plan.decision.rule == "agent-phone-starts"
        assert (plan.objects, plan.release) == ((), None)
        assert plan.write is not None
        assert plan.write(REFERENCE) == (Change(), b"")


@pytest.mark.parametrize(
    ("way", "changes", "rule"),
    [
        ("stranger", {}, "not-holder"),
        ("doctor", {"will": will(accepts=False)}, "deposits-refused"),
        ("doctor", {"state": None, "space": None, "will": None}, "no-space"),
        ("doctor", {"state": SpaceState.CLOSING}, "space-closing"),
        ("doctor", {"state": SpaceState.CLOSED}, "space-closed"),
        ("web", {"will": None}, "no-space"),
        ("counter", {"will": None}, "no-space"),
    ],
)
def test_a_deposit_that_is_not_wanted_is_refused_without_a_word(way: str, changes: dict[str, Any], rule: str) -> None:
    for params in (document(), document(others=(document(2),)), document(row=b"")):
        refused(planned(params, way, **changes), rule, "")


def test_every_document_of_a_submission_is_decided_upon_not_only_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def only_reports(*asked: Any) -> Permit | Refuse:
        return Permit("holder") if asked[2].category == 5 else Refuse("masked")

    monkeypatch.setattr(asking, "decide", only_reports)
    for categories in ((4, 5), (5, 4), (5, 4, 5)):
        first, *others = (document(n, category=category) for n, category in enumerate(categories, start=1))
        refused(planned(msgspec.structs.replace(first, others=tuple(others))), "masked", "")
    written(planned(document(others=(document(2),))))


# --------------------------------------------------------------------------------------------- what is kept


@pytest.mark.parametrize(
    "wrong",
    [
        document(row=b"\1" * 15),
        document(row=b"\1" * 17),
        document(category=0),
        document(category=16),
        document(sha256=b"\1" * 31),
        document(sha256=b""),
        document(unique_id=""),
        document(others=(document(2, row=b""),)),
        document(others=(document(2), document(3, unique_id=""))),
        document(others=(document(2, others=(document(3),)),)),
        document(others=(document(2), document(3, others=(document(4),)))),
        document(others=tuple(document(n) for n in range(2, 52))),
    ],
)
def test_a_deposit_with_one_part_that_is_none_is_refused_whole(wrong: DepositParams) -> None:
    refused(planned(wrong), "invalid", "deposit-invalid")


def test_the_documents_of_one_submission_are_kept_together_in_order_up_to_fifty() -> None:
    params = document(others=tuple(document(n, category=n % 15 + 1) for n in range(2, 51)))
    assert [one.unique_id for one in deposited(params)] == [f"urn:oid:1.{n}" for n in range(1, 51)]
    plan = planned(params)
    change, answer = written(plan)
    assert rows_named(plan) == [row_of(n) for n in range(1, 51)]
    assert [row[0] for row in change.documents] == [row_of(n) for n in range(1, 51)]
    assert [line[0] for line in change.lines] == [row_of(n) for n in range(1, 51)]
    assert answer.document == public(1)
    assert [one.document for one in answer.others] == [public(n) for n in range(2, 51)]
    assert [said(one.receipt)["document"] for one in answer.others] == [public(n) for n in range(2, 51)]
    assert all(one.others == () for one in answer.others)


@pytest.mark.parametrize("twin", [{"unique_id": "urn:oid:1.1"}, {"row": row_of(1).bytes}])
def test_two_documents_of_one_submission_never_share_their_identifier_or_their_place(twin: dict[str, Any]) -> None:
    refused(planned(document(others=(document(2, **twin),))), "conflict", "unique-id-conflict")
    refused(planned(document(3, others=(document(1), document(2, **twin)))), "conflict", "unique-id-conflict")


# ------------------------------------------------------------------------------------------------ the same


def test_the_same_document_again_is_given_again_and_nothing_is_written() -> None:
    extra = holding(kept(1, Origin(DOCTORS), category=7))
    plan = planned(document(row=row_of(30).bytes), "doctor", extra)
    change, answer = written(plan)
    assert change == Change()
    assert rows_named(plan) == [row_of(1)]
    assert answer == DepositAnswer(public(1), answer.receipt, True, 7)
    assert said(answer.receipt)["document"] == public(1)


def test_other_bytes_under_the_same_identifier_are_a_conflict() -> None:
    extra = holding(kept(1, Origin(DOCTORS)))
    refused(planned(document(sha256=b"\2" * 32), "doctor", extra), "conflict", "unique-id-conflict")
    refused(
        planned(document(2, others=(document(sha256=b"\2" * 32),)), "doctor", extra), "conflict", "unique-id-conflict"
    )


def test_in_a_submission_what_is_there_already_is_left_and_the_rest_is_kept() -> None:
    change, answer = written(planned(document(others=(document(2),)), "doctor", holding(kept(1, Origin(DOCTORS)))))
    assert [row[0] for row in change.documents] == [row_of(2)]
    assert [line[0] for line in change.lines] == [row_of(2)]
    assert (answer.existing, answer.others[0].existing) == (True, False)


# --------------------------------------------------------------------------------------------- the place of


NAMES = ["urn:oid:1.1", public(1)]


@pytest.mark.parametrize("name", NAMES)
def test_a_replacement_takes_the_category_of_the_old_and_both_say_so(name: str) -> None:
    first = Origin(DOCTORS, replaces=row_of(9))
    plan = planned(document(2, replaces=name, category=4), "doctor", holding(kept(1, first, category=7)))
    change, answer = written(plan)
    assert rows_named(plan) == [row_of(2)], "the entry tells nothing of what it replaces: she may not know of it yet"
    ((*row, origin),) = change.documents
    assert row == [row_of(2), 1, 7, unique(2), content(2), b"Hwrapped 2", b"sealed 2"]
    assert open_origin(origin, KEYS, row_of(2)) == Origin(DOCTORS, replaces=row_of(1))
    assert change.lines == ((row_of(2), 7, b"line 2"),)
    ((old, followed),) = change.origins
    assert old == row_of(1)
    assert open_origin(followed, KEYS, row_of(1)) == Origin(DOCTORS, row_of(9), row_of(2), 7)
    assert answer == DepositAnswer(public(2), answer.receipt, False, 7, public(1))
    assert said(answer.receipt)["replaces"] == public(1)


def test_her_will_is_written_again_at_each_replacement_whether_it_names_the_document_or_not() -> None:
    names_it = will(
        grants=(grant(1, documents=(row_of(1),)), grant(2)),
        masks=(mask(1, document=row_of(1), who=OTHER_DOCTOR), mask(2, category=3)),
    )
    for present in (will(), names_it):
        plan = planned(document(2, replaces="urn:oid:1.1"), "doctor", holding(kept(1, Origin(DOCTORS))), will=present)
        change, _ = written(plan)
        rights = present.rights.with_replacement(DocumentId(row_of(1)), DocumentId(row_of(2)))
        assert change.will == changed(present, rights=rights, version=6)
        assert change.receipt is None and change.notice is None, "whoever deposits must not learn that she hides it"


def test_a_chain_within_one_will_follows_every_document_of_a_submission() -> None:
    present = will(masks=(mask(1, document=row_of(1)), mask(2, document=row_of(2))))
    params = document(11, replaces="urn:oid:1.1", others=(document(12, replaces=public(2)), document(13)))
    extra = holding(kept(1, Origin(DOCTORS)), kept(2, Origin(DOCTORS), category=7))
    plan = planned(params, "doctor", extra, will=present)
    change, answer = written(plan)
    assert rows_named(plan) == [row_of(n) for n in (11, 12, 13)]
    assert change.will is not None
    assert change.will.version == 6
    assert [m.document for m in change.will.rights.masks] == [row_of(n) for n in (1, 2, 11, 12)]
    assert [row for row, _ in change.origins] == [row_of(1), row_of(2)]
    assert [one.replaces for one in (answer, *answer.others)] == [public(1), public(2), ""]
    assert [row[2] for row in change.documents] == [5, 7, 5]


REFUSED_TARGETS = {
    "unknown by its identifier": ("urn:oid:1.8", kept(1, Origin(DOCTORS))),
    "unknown by its public id": (public(8), kept(1, Origin(DOCTORS))),
    "of another person": (PersonId(UUID(int=77)).hex + row_of(1).hex, kept(1, Origin(DOCTORS))),
    "hers": ("urn:oid:1.1", kept(1, Origin(HERS))),
    "another's": ("urn:oid:1.1", kept(1, Origin(Depositor("practitioner", OTHER_DOCTOR, "Clinique")))),
    "replaced already": (public(1), kept(1, Origin(DOCTORS, replaced_by=row_of(3), replaced_in=5))),
    "from before there were origins": (public(1), kept(1, None)),
}


@pytest.mark.parametrize(("name", "record"), REFUSED_TARGETS.values(), ids=REFUSED_TARGETS)
def test_what_may_not_be_replaced_refuses_the_deposit_unless_it_was_only_wished(
    name: str, record: dict[str, Any]
) -> None:
    refused(planned(document(2, replaces=name), "doctor", holding(record)), "replacement", "replacement-refused")
    plan = planned(document(2, replaces=name, category=4, if_possible=True), "doctor", holding(record))
    change, answer = written(plan)
    assert rows_named(plan) == [row_of(2)]
    assert (change.will, change.origins, answer.replaces, answer.category) == (None, (), "", 4)
    assert open_origin(change.documents[0][-1], KEYS, row_of(2)) == Origin(DOCTORS)
    assert "replaces" not in said(answer.receipt)


def test_a_deposit_that_names_nothing_replaces_nothing() -> None:
    unnamed: Any = {term(KEYS.term_key, "unique", ""): kept(1, Origin(DOCTORS))}
    change, answer = written(planned(document(2), "doctor", Extra(held=unnamed)))
    assert (change.origins, answer.replaces) == ((), "")


def test_she_replaces_her_own_document_by_any_way_but_not_a_professional_s() -> None:
    for way in ("web", "api", "counter", "paper"):
        change, _ = written(planned(document(2, replaces=public(1)), way, holding(kept(1, Origin(HERS)))))
        assert [row for row, _ in change.origins] == [row_of(1)]
        plan = planned(document(2, replaces=public(1)), way, holding(kept(1, Origin(DOCTORS))))
        refused(plan, "replacement", "replacement-refused")


def test_one_document_is_replaced_once_in_a_submission() -> None:
    extra = holding(kept(1, Origin(DOCTORS)))
    twice = document(2, replaces="urn:oid:1.1", others=(document(3, replaces=public(1)),))
    refused(planned(twice, "doctor", extra), "replacement", "replacement-refused")
    wished = document(2, replaces="urn:oid:1.1", others=(document(3, replaces=public(1), if_possible=True),))
    change, answer = written(planned(wished, "doctor", extra))
    assert [row for row, _ in change.origins] == [row_of(1)]
    assert (answer.replaces, answer.others[0].replaces) == (public(1), "")


def test_a_document_does_not_replace_one_of_its_own_submission() -> None:
    params = document(2, others=(document(3, replaces="urn:oid:1.2"),))
    refused(planned(params), "replacement", "replacement-refused")


@pytest.mark.parametrize("name", NAMES)
def test_the_same_replacement_again_is_answered_the_same_and_nothing_is_written(name: str) -> None:
    old = kept(1, Origin(DOCTORS, replaced_by=row_of(2), replaced_in=7), category=7)
    new = kept(2, Origin(DOCTORS, replaces=row_of(1)), category=7)
    plan = planned(document(2, replaces=name, row=row_of(30).bytes), "doctor", holding(old, new))
    change, answer = written(plan)
    assert change == Change()
    assert rows_named(plan) == [row_of(2)]
    assert answer == DepositAnswer(public(2), answer.receipt, True, 7, public(1))
    assert said(answer.receipt)["replaces"] == public(1)


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        ("urn:oid:1.8", Origin(DOCTORS, replaces=row_of(1))),
        ("urn:oid:1.1", Origin(DOCTORS)),
        ("urn:oid:1.1", Origin(DOCTORS, replaces=row_of(3))),
    ],
)
def test_the_same_document_again_in_another_place_is_refused_unless_it_was_only_wished(
    name: str, origin: Origin
) -> None:
    extra = holding(kept(1, Origin(DOCTORS)), kept(2, origin, category=7))
    refused(planned(document(2, replaces=name), "doctor", extra), "replacement", "replacement-refused")
    change, answer = written(planned(document(2, replaces=name, if_possible=True), "doctor", extra))
    assert change == Change()
    assert (answer.document, answer.existing, answer.category, answer.replaces) == (public(2), True, 7, "")


def test_a_replacement_given_again_beside_a_new_one_changes_only_what_is_new() -> None:
    old = kept(1, Origin(DOCTORS, replaced_by=row_of(2), replaced_in=5))
    new, other = kept(2, Origin(DOCTORS, replaces=row_of(1))), kept(4, Origin(DOCTORS))
    params = document(2, replaces=public(1), others=(document(3, replaces=public(4)),))
    plan = planned(params, "doctor", holding(old, new, other))
    change, _ = written(plan)
    assert [row for row, _ in change.origins] == [row_of(4)]
    assert change.will is not None
    assert rows_named(plan) == [row_of(2), row_of(3)]
    alone, _ = written(planned(document(2, replaces=public(1), others=(document(3),)), "doctor", holding(old, new)))
    assert alone.will is None, "nothing was replaced this time"


@given(st.lists(st.tuples(st.sampled_from([1, 2, 3, 0]), st.booleans()), min_size=1, max_size=5))
def test_a_submission_replaces_each_document_once_or_is_refused(wishes: list[tuple[int, bool]]) -> None:
    """Whatever a submission asks to replace, compared with the rule written another way."""
    extra = holding(*(kept(n, Origin(DOCTORS)) for n in (1, 2, 3)))
    first, *others = (
        document(10 + i, replaces=public(old) if old else "", if_possible=wished)
        for i, (old, wished) in enumerate(wishes)
    )
    plan = planned(msgspec.structs.replace(first, others=tuple(others)), "doctor", extra)
    firsts = {old: i for i, (old, _) in reversed(list(enumerate(wishes))) if old}
    late = [(i, wished) for i, (old, wished) in enumerate(wishes) if old and firsts[old] != i]
    if any(not wished for _, wished in late):
        refused(plan, "replacement", "replacement-refused")
        return
    change, _ = written(plan)
    assert {row for row, _ in change.origins} == {row_of(old) for old in firsts}
    assert len(change.documents) == len(wishes)
    assert (change.will is not None) == bool(firsts)


# ------------------------------------------------------------------------------------- the right person


@pytest.mark.parametrize(
    ("claimed", "known", "agrees"),
    [
        (None, None, True),
        (None, TRAITS, True),
        (STATED, TRAITS, True),
        (STATED, None, False),
        (msgspec.structs.replace(STATED, birth_name="AUTRE"), TRAITS, False),
        (msgspec.structs.replace(STATED, sex="M"), TRAITS, False),
        (msgspec.structs.replace(STATED, first_given="ANA"), TRAITS, False),
        (msgspec.structs.replace(STATED, birth_date="1999-01-03"), TRAITS, False),
        (msgspec.structs.replace(STATED, birth_date="1999"), TRAITS, True),
    ],
)
def test_a_document_that_names_somebody_else_is_refused(claimed: Traits | None, known: Any, agrees: bool) -> None:
    extra = Extra(person=known)
    for params in (document(claimed=claimed), document(2, others=(document(claimed=claimed),))):
        plan = planned(params, "doctor", extra)
        if agrees:
            written(plan)
        else:
            refused(plan, "identity", "identity-not-matched")


def test_a_number_is_compared_with_hers_when_it_is_written() -> None:
    number = "299019999900193"
    extra = Extra(person=TRAITS, terms=frozenset({term(SERVICE.directory, "ins", number)}))
    written(planned(document(claimed_ins=number), "doctor", extra))
    written(planned(document(claimed_ins=number, claimed=STATED), "doctor", extra))
    for params in (
        document(claimed_ins="299019999900194"),
        document(claimed_ins="299019999900194", claimed=STATED),
        document(claimed_ins=number, claimed=msgspec.structs.replace(STATED, sex="M")),
    ):
        refused(planned(params, "doctor", extra), "identity", "identity-not-matched")
    refused(planned(document(claimed_ins=number), "doctor", Extra(person=TRAITS)), "identity", "identity-not-matched")


def test_traits_of_a_message_are_the_domain_s_own_one_by_one() -> None:
    assert traits_value(Traits("A", "B", "C", "D", "E", "F")) == TRAITS.__class__("A", "B", "C", "D", "E", "F")


def test_what_is_to_be_announced_has_the_entry_of_any_other_deposit_until_she_may_know_of_it() -> None:
    first = holding(kept(7, Origin(DOCTORS)))
    plans = [
        planned(document(1)),
        planned(document(1, withheld=True)),
        planned(document(1, withheld=True, replaces="urn:oid:1.7"), "doctor", first),
    ]
    shapes = {tuple((name.partition(".")[0], len(name)) for name in plan.objects) for plan in plans}
    assert shapes == {(("document:sealed", 86),)}
    assert not any(row_of(1).hex in name or row_of(7).hex in name for plan in plans for name in plan.objects)
    plain, waiting, _ = plans
    assert rows_named(plain) == [row_of(1)]
    assert rows_named(waiting) == [None]
    assert rows_named(waiting, row_of(1)) == [row_of(1)], "told to her"
    assert rows_named(waiting, row_of(2)) == [None]
    assert rows_named(waiting, later=timedelta(days=30)) == [row_of(1)], "the time for that is over"


def test_what_waits_already_is_not_told_by_sending_it_again() -> None:
    waits = Origin(DOCTORS, facts=Facts(release=round((NOW + timedelta(days=9)).timestamp() * 1000)))
    again = planned(document(1), "doctor", holding(kept(1, waits)))
    assert rows_named(again) == [None]
    assert rows_named(again, row_of(1)) == [row_of(1)]


def test_what_she_deposits_herself_is_named_by_its_number() -> None:
    replacing = planned(document(2, replaces="urn:oid:1.1"), "web", holding(kept(1, Origin(HERS))))
    assert replacing.objects == (f"document:{row_of(2).hex}", f"replaced:{row_of(1).hex}")


@pytest.mark.parametrize(
    "wrong", ["document:sealed.", "document:sealed.AAAA", "document:xx", "document:", "replaced:" + "0" * 32]
)
def test_an_object_that_names_no_document_names_none(wrong: str) -> None:
    assert document_told(wrong, KEYS, frozenset(), NOW) is None
