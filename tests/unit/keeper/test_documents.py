"""What a reading releases: the document or the page asked for, after the commit, and of its chain what this reader may see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.access.request import ActId, Permit, Refuse
from espace_sante.consent.grant import Grant
from espace_sante.consent.limits import Mask
from espace_sante.consent.rights import SpaceState
from espace_sante.keeper.acts.documents import list_documents, read_document
from espace_sante.keeper.compartment import ListLine, open_key, seal_summary
from espace_sante.keeper.demand import Filter, Line, ListAnswer, ListParams, ReadAnswer, ReadParams
from espace_sante.keeper.named import document_told
from espace_sante.keeper.origin import Depositor, Facts, Origin, seal_origin
from espace_sante.keeper.situation import DocumentRow, Extra, Lighter, Plan
from espace_sante.records.document import deposit_info, key_context, line_context
from espace_sante.vault.envelope import SealBroken, seal, wrap
from espace_sante.vault.hpke import seal_to
from tests.house import document_meta
from tests.unit.keeper.situations import (
    DOCTOR,
    HERS,
    KEYS,
    NOW,
    OTHER_DOCTOR,
    PERSON,
    RULE,
    SPACE,
    does_nothing,
    grant,
    mask,
    read,
    row_of,
    situation,
    will,
)

KEY = b"k" * 32
SEEN = tuple(way for way in HERS if way != "phone")  # by telephone a reading only starts: test_release.py
WHOLE = will(grants=(grant(1),))
DOCTORS = Depositor("practitioner", DOCTOR, "")


def public(number: int) -> str:
    return PERSON.hex + row_of(number).hex


# --------------------------------------------------------------------------------------------------- one


def deposited(number: int = 1, origin: Origin | None = None, category: int = 5) -> DocumentRow:
    """Return a document as it was deposited: its key still sealed to the space."""
    sealed_key = seal_to(KEYS.deposit_public, KEY, deposit_info(row_of(number)))
    sealed = None if origin is None else seal_origin(origin, KEYS, row_of(number))
    return DocumentRow(row_of(number), 3, category, b"H" + sealed_key, b"sealed", sealed)


def wrapped(origin: Origin | None = None, category: int = 5) -> DocumentRow:
    """Return document 1 as it stands once it was read."""
    row = row_of(1)
    key = wrap(KEYS.compartment_key(category), KEY, key_context(SPACE, row, 3, category))
    sealed = None if origin is None else seal_origin(origin, KEYS, row)
    return DocumentRow(row, 3, category, b"W" + key, b"sealed", sealed)


def reading(row: DocumentRow | None, way: str = "doctor", /, **changes: Any) -> Plan:
    params = ReadParams(row_of(1).bytes)
    return read_document(situation(ActId.READ_DOCUMENT, params, way, row=row, **({"will": WHOLE} | changes)))


def released(plan: Plan) -> ReadAnswer:
    assert isinstance(plan.decision, Permit)
    assert (plan.write, plan.state, plan.code, plan.new_space) == (None, None, "", None)
    assert plan.release is not None
    answer: ReadAnswer = read(ReadAnswer, plan.release())
    return answer


@pytest.mark.parametrize("way", ["doctor", *SEEN])
def test_a_reading_releases_the_key_of_the_document_its_entry_names(way: str) -> None:
    for row in (deposited(), wrapped()):
        plan = reading(row, way)
        assert plan.objects == (f"document:{row_of(1).hex}",)
        assert released(plan) == ReadAnswer(KEY, b"sealed", 3, 5, "", "")
        assert isinstance(plan.decision, Permit)
        assert plan.decision.rule == ("grant" if way == "doctor" else RULE[way])


def test_a_key_is_opened_as_deposited_once_and_wrapped_behind_the_answer() -> None:
    row = deposited()
    plan = reading(row)
    assert plan.lighter == [], "nothing is opened before the commit"
    released(plan)
    (lighter,) = plan.lighter
    assert lighter == Lighter(SPACE, row_of(1), row.wrapped, lighter.new)
    assert open_key(KEYS, DocumentRow(row_of(1), 3, 5, lighter.new, b"")) == (KEY, None)
    again = reading(wrapped())
    released(again)
    assert again.lighter == []


def test_a_key_put_beside_another_document_does_not_open() -> None:
    plan = reading(DocumentRow(row_of(2), 3, 5, deposited(1).wrapped, b"sealed"))
    assert plan.release is not None
    with pytest.raises(SealBroken):
        plan.release()


@pytest.mark.parametrize(
    ("way", "changes", "rule"),
    [
        ("doctor", {"will": will()}, "no-grant"),
        ("doctor", {"will": will(grants=(grant(1, OTHER_DOCTOR),))}, "no-grant"),
        ("doctor", {"will": will(grants=(grant(1, ends=timedelta(0)),))}, "no-grant"),
        ("doctor", {"will": will(grants=(grant(1),), masks=(mask(1, category=5),))}, "masked"),
        ("doctor", {"will": will(grants=(grant(1),), masks=(mask(1, document=row_of(1)),))}, "masked"),
        ("stranger", {}, "not-holder"),
        ("web", {"state": SpaceState.CLOSED}, "space-closed"),
        ("web", {"will": None}, "no-space"),
    ],
)
def test_whoever_may_not_read_is_refused_and_nothing_can_be_released(
    way: str, changes: dict[str, Any], rule: str
) -> None:
    plan = reading(deposited(), way, **changes)
    assert (plan.decision, plan.code) == (Refuse(rule), "")
    assert plan.objects == (f"document:{row_of(1).hex}",), "the refused reading is journaled with what it was about"
    assert does_nothing(plan)


def test_a_document_that_is_not_there_is_refused_as_one_he_may_not_see() -> None:
    plan = reading(None)
    assert (plan.decision, plan.code, plan.objects) == (Refuse("unknown"), "", ())
    assert does_nothing(plan)


def waiting(days: int = 9) -> Origin:
    """Where a document comes from that is to be announced to her within these days."""
    return Origin(DOCTORS, facts=Facts(release=round((NOW + timedelta(days=days)).timestamp() * 1000)))


@pytest.mark.parametrize("way", SEEN)
def test_what_waits_to_be_announced_is_for_her_and_in_her_journal_a_document_that_is_not_there(way: str) -> None:
    plan = reading(wrapped(waiting()), way)
    assert (plan.decision, plan.code, plan.objects) == (Refuse("unknown"), "", ())
    assert does_nothing(plan)
    assert reading(wrapped(waiting(-1)), way).objects == (f"document:{row_of(1).hex}",), "the time for that is over"


@pytest.mark.parametrize("rights", [WHOLE, will()])
def test_who_reads_what_waits_or_tries_to_is_journaled_with_a_sealed_name(rights: Any) -> None:
    (name,) = reading(wrapped(waiting()), will=rights).objects
    assert name.startswith("document:sealed.") and row_of(1).hex not in name
    assert document_told(name, KEYS, frozenset(), NOW) is None
    assert document_told(name, KEYS, frozenset({row_of(1)}), NOW) == row_of(1)
    (again,) = reading(wrapped(waiting()), will=rights, random=Random(7).randbytes).objects
    assert again != name, "two lines about it cannot be joined"


CHAIN = Origin(DOCTORS, replaces=row_of(8), replaced_by=row_of(9), replaced_in=6)


@pytest.mark.parametrize(
    ("way", "rights", "before", "after"),
    [
        ("web", will(masks=(mask(1, document=row_of(8)), mask(2, category=6))), public(8), public(9)),
        ("counter", will(), public(8), public(9)),
        ("doctor", WHOLE, public(8), public(9)),
        ("doctor", will(grants=(grant(1),), masks=(mask(1, document=row_of(8)),)), "", public(9)),
        ("doctor", will(grants=(grant(1),), masks=(mask(1, document=row_of(9)),)), public(8), ""),
        ("doctor", will(grants=(grant(1),), masks=(mask(1, category=6),)), public(8), ""),
        ("doctor", will(grants=(grant(1, categories=(5,)),)), public(8), ""),
        ("doctor", will(grants=(grant(1, documents=(row_of(1), row_of(9))),)), "", public(9)),
        ("doctor", will(grants=(grant(1, documents=(row_of(1),)),)), "", ""),
    ],
)
def test_of_its_chain_a_document_says_what_this_reader_may_see(way: str, rights: Any, before: str, after: str) -> None:
    for row in (wrapped(CHAIN), deposited(1, CHAIN)):
        answer = released(reading(row, way, will=rights))
        assert (answer.replaces, answer.replaced_by) == (before, after)


def test_a_document_at_one_end_of_its_chain_says_the_other() -> None:
    for way in ("doctor", "web"):
        first = released(reading(wrapped(Origin(DOCTORS, replaced_by=row_of(9), replaced_in=6)), way))
        last = released(reading(wrapped(Origin(DOCTORS, replaces=row_of(8))), way))
        alone = released(reading(wrapped(Origin(DOCTORS)), way))
        ends = [(one.replaces, one.replaced_by) for one in (first, last, alone)]
        assert ends == [("", public(9)), (public(8), ""), ("", "")]


# -------------------------------------------------------------------------------------------------- many


def line(number: int, category: int = 5, date: int = 0, replaces: int = 0, **meta: Any) -> ListLine:
    body = msgspec.msgpack.encode(document_meta(b"x", unique_id=f"urn:oid:1.{number}", **meta))
    return ListLine(row_of(number).bytes, category, date, body, row_of(replaces).bytes if replaces else b"")


def folded(*lines: ListLine) -> Extra:
    """Return the sealed lists of a space, one for each category."""
    summaries: list[Any] = [
        {"category": c, "version": 2, "sealed": seal_summary(KEYS, c, 2, [one for one in lines if one.category == c])}
        for c in sorted({one.category for one in lines})
    ]
    return Extra(summaries=summaries)


def listing(extra: Extra, params: ListParams | None = None, way: str = "web", /, **changes: Any) -> Plan:
    return list_documents(situation(ActId.LIST_DOCUMENTS, params or ListParams(), way, extra=extra, **changes))


def shown(extra: Extra, params: ListParams | None = None, way: str = "web", /, **changes: Any) -> ListAnswer:
    plan = listing(extra, params, way, **changes)
    assert isinstance(plan.decision, Permit)
    assert (plan.objects, plan.write, plan.state, plan.code, plan.lighter) == (("list",), None, None, "", [])
    assert plan.release is not None
    answer: ListAnswer = read(ListAnswer, plan.release())
    return answer


def numbers(answer: ListAnswer) -> list[int]:
    return [UUID(hex=one.document[32:]).int - row_of(0).int for one in answer.lines]


@pytest.mark.parametrize("way", SEEN)
def test_she_sees_every_line_the_most_recent_first_and_ties_by_row(way: str) -> None:
    extra = folded(line(1, 5, 10), line(3, 4, 20), line(2, 7, 20))
    plan = listing(extra, None, way)
    assert isinstance(plan.decision, Permit)
    assert plan.decision.rule == RULE[way]
    answer = shown(extra, None, way)
    assert (answer.total, numbers(answer)) == (3, [2, 3, 1])
    assert answer.lines[0] == Line(public(2), line(2).meta, False, 7, "", "")


def test_a_list_asked_by_telephone_would_show_nothing_even_if_it_were_released() -> None:
    assert shown(folded(line(1)), None, "phone") == ListAnswer(0, [])


def test_a_line_deposited_since_is_shown_with_the_others_and_once() -> None:
    meta = msgspec.msgpack.encode(document_meta(b"x", created="2026-11-02T09:00:00+00:00"))
    at = round(datetime(2026, 11, 2, 9, tzinfo=UTC).timestamp() * 1000)
    row = deposited(2, Origin(DOCTORS, replaces=row_of(1)))
    fresh: Any = {
        "row_id": row.row_id,
        "version": row.version,
        "category": row.category,
        "wrapped": row.wrapped,
        "sealed": seal(KEY, meta, line_context(row.row_id)),
        "origin": row.origin,
    }
    extra = folded(line(1, 5, at - 1), line(3, 5, at + 1))
    extra.lines.extend((fresh, fresh | {"row_id": row_of(1)}))
    answer = shown(extra, ListParams(status="both"))
    assert (answer.total, numbers(answer)) == (3, [3, 2, 1])
    assert answer.lines[1] == Line(public(2), meta, False, 5, public(1), "")


PAGES = [
    (0, 50, [6, 5, 4, 3]),  # a page holds four at most
    (0, 2, [6, 5]),
    (1, 2, [5, 4]),
    (4, 4, [2, 1]),
    (5, 1, [1]),
    (6, 4, []),
    (-3, 2, [6, 5]),
    (0, 0, []),
    (0, -1, []),
]


@pytest.mark.parametrize(("offset", "count", "expected"), PAGES)
def test_a_page_is_cut_where_it_was_asked_and_counts_the_whole(offset: int, count: int, expected: list[int]) -> None:
    answer = shown(folded(*(line(n, 5, n) for n in range(1, 7))), ListParams(offset, count))
    assert (answer.total, numbers(answer)) == (6, expected)


CHAINED = (line(1, 5, 1), line(2, 5, 2, replaces=1), line(3, 6, 3, replaces=2), line(4, 6, 4))


@pytest.mark.parametrize(("status", "expected"), [("current", [4, 3]), ("superseded", [2, 1]), ("both", [4, 3, 2, 1])])
def test_each_status_gives_its_own_versions(status: str, expected: list[int]) -> None:
    answer = shown(folded(*CHAINED), ListParams(status=status))
    assert (answer.total, numbers(answer)) == (len(expected), expected)
    ends = {n: (one.replaces, one.replaced_by) for n, one in zip(numbers(answer), answer.lines, strict=True)}
    chain = {1: ("", public(2)), 2: (public(1), public(3)), 3: (public(2), ""), 4: ("", "")}
    assert ends == {n: chain[n] for n in expected}


def test_the_replacement_of_a_document_by_one_he_may_not_see_is_no_replacement() -> None:
    hides_the_last = will(grants=(grant(1),), masks=(mask(1, category=6),))
    answer = shown(folded(*CHAINED), None, "doctor", will=hides_the_last)
    assert (answer.total, numbers(answer)) == (1, [2])
    assert answer.lines[0] == Line(public(2), CHAINED[1].meta, False, 5, public(1), "")
    hides_the_first = will(grants=(grant(1),), masks=(mask(1, document=row_of(1)),))
    answer = shown(folded(*CHAINED), ListParams(status="superseded"), "doctor", will=hides_the_first)
    assert [(one.document, one.replaces, one.replaced_by) for one in answer.lines] == [(public(2), "", public(3))]


def test_what_is_hidden_is_told_to_her_and_to_who_acts_for_her_alone() -> None:
    rights = will(
        grants=(grant(1),), masks=(mask(1, document=row_of(1), who=OTHER_DOCTOR), mask(2, category=7, who=OTHER_DOCTOR))
    )
    extra = folded(line(1), line(2), line(3, 7))
    for way in (*SEEN, "doctor"):
        told = {one.document: one.masked for one in shown(extra, None, way, will=rights).lines}
        hers = way != "doctor"
        assert told == {public(1): hers, public(2): False, public(3): hers}


def test_filters_narrow_the_count_and_the_page() -> None:
    extra = folded(*(line(n, 5, n, title="x", meta={"class_code": str(n % 2)}) for n in range(1, 7)))
    answer = shown(extra, ListParams(0, 2, filters=(Filter("category", ("|1", "1")),)))
    assert (answer.total, numbers(answer)) == (3, [5, 3])


@pytest.mark.parametrize(
    "params",
    [
        ListParams(status="all"),
        ListParams(status=""),
        ListParams(filters=(Filter("weather", ("x",)),)),
        ListParams(filters=(Filter("type", ()),)),
    ],
)
def test_a_list_narrowed_by_what_is_not_known_is_refused(params: ListParams) -> None:
    plan = listing(folded(line(1)), params)
    assert (plan.decision, plan.code, plan.objects) == (Refuse("invalid"), "demand-invalid", ())
    assert does_nothing(plan)


@pytest.mark.parametrize(
    ("way", "changes", "rule"),
    [
        ("doctor", {}, "no-grant"),
        ("stranger", {}, "not-holder"),
        ("web", {"state": SpaceState.CLOSING}, "space-closing"),
        ("web", {"will": None}, "no-space"),
    ],
)
def test_whoever_may_see_nothing_gets_no_list_not_even_an_empty_one(
    way: str, changes: dict[str, Any], rule: str
) -> None:
    for params in (ListParams(), ListParams(status="all")):
        plan = listing(folded(line(1)), params, way, **changes)
        assert (plan.decision, plan.code, plan.objects) == (Refuse(rule), "", ())
        assert does_nothing(plan)


# A rule of many cases, beside the same one written for one line at a time.

_rows = st.integers(1, 6)
_grants = st.one_of(
    st.just(grant(1)),
    st.frozensets(st.integers(4, 6), min_size=1).map(lambda c: grant(1, categories=c)),
    st.frozensets(_rows.map(row_of), min_size=1).map(lambda d: grant(1, documents=d)),
)
_masks = st.lists(
    st.one_of(
        st.builds(
            lambda n, who: mask(1, document=row_of(n), who=who), _rows, st.sampled_from(["", DOCTOR, OTHER_DOCTOR])
        ),
        st.builds(lambda c, who: mask(1, category=c, who=who), st.integers(4, 6), st.sampled_from(["", OTHER_DOCTOR])),
    ),
    max_size=3,
)


@given(
    st.lists(st.integers(4, 6), min_size=6, max_size=6),
    st.sets(st.integers(2, 6)),
    _grants,
    _masks,
    st.sampled_from(["current", "superseded", "both"]),
)
def test_a_professional_is_shown_what_one_may_work_out_line_by_line(
    categories: list[int], replacing: set[int], given_: Grant, masks: list[Mask], status: str
) -> None:
    # A document replaces the one before it, so that any part of a chain may be out of sight.
    lines = [
        line(n, category, date=n, replaces=n - 1 if n in replacing else 0)
        for n, category in enumerate(categories, start=1)
    ]

    def sees(n: int) -> bool:
        category = categories[n - 1]
        if any(
            (m.hidden_from is None or m.hidden_from.identifier == DOCTOR)
            and (m.document == row_of(n) or m.category == category)
            for m in masks
        ):
            return False
        scope = given_.scope
        return scope.kind == "everything" or category in scope.categories or row_of(n) in scope.documents

    def replaced(n: int) -> bool:
        return n < 6 and n + 1 in replacing and sees(n + 1)

    kept = {"current": lambda n: not replaced(n), "superseded": replaced, "both": lambda n: True}[status]
    expected = [n for n in range(6, 0, -1) if sees(n) and kept(n)]
    rights = will(grants=(given_,), masks=tuple(masks))
    answer = shown(folded(*lines), ListParams(status=status), "doctor", will=rights)
    assert (answer.total, numbers(answer)) == (len(expected), expected[:4])
    for n, one in zip(numbers(answer), answer.lines, strict=True):
        assert one.replaces == (public(n - 1) if n in replacing and sees(n - 1) else "")
        assert one.replaced_by == (public(n + 1) if replaced(n) else "")
        assert not one.masked
