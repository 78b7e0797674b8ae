"""What she reads of her journal: every record asked for, with its public reference, and the permissions in force."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest

from espace_sante.access.kinds import GROUPS, Kind
from espace_sante.access.request import ActId, Permit, Refuse
from espace_sante.consent.rights import SpaceState
from espace_sante.journal.entry import ChainBroken, JournalKeys, append, first_head
from espace_sante.keeper.acts.journal import read_journal
from espace_sante.keeper.demand import GrantView, JournalAnswer, JournalParams
from espace_sante.keeper.situation import Extra
from tests.unit.keeper.situations import (
    DOCTOR,
    HERS,
    KEYS,
    NOW,
    OTHER_DOCTOR,
    RULE,
    SPACE,
    does_nothing,
    grant,
    read,
    row_of,
    situation,
    will,
)

FIELDS: dict[str, Any] = {
    **dict.fromkeys(("actor", "objects", "basis", "rules", "client", "build"), "x"),
    "decision": {"result": "permit", "rule": "holder"},
    "channel": "web",
}


def entries() -> list[Any]:
    journal = JournalKeys(KEYS.journal)
    head, rows = first_head(journal, 2026), []
    for number in range(3):
        entry, head = append(journal, KEYS.record_key, SPACE, head, NOW, FIELDS | {"act": f"act {number}"})
        rows.append({"seq": entry.seq, "sealed": entry.sealed, "com": entry.com, "is": entry.reference})
    return rows[::-1]


@pytest.mark.parametrize("way", HERS)
def test_a_page_holds_its_records_their_references_and_the_permissions_in_force(way: str) -> None:
    rows = entries()
    grants = (
        grant(1, categories=(15, 4)),
        grant(2, OTHER_DOCTOR, documents=(row_of(2), row_of(1)), ends=timedelta(milliseconds=1)),
        grant(3, ends=timedelta(0)),
        grant(4, ends=timedelta(days=-2)),
    )
    s = situation(ActId.READ_JOURNAL, JournalParams(), way, extra=Extra(entries=rows), will=will(grants=grants))
    plan = read_journal(s)
    assert isinstance(plan.decision, Permit)
    assert (plan.decision.rule, plan.objects, plan.write, plan.state) == (RULE[way], ("journal",), None, None)
    assert plan.release is not None
    answer = read(JournalAnswer, plan.release())
    assert answer.n == 12
    assert answer.references == [row["is"] for row in rows]
    assert all(f'"act":"act {n}"'.encode() in one for n, one in zip((2, 1, 0), answer.records, strict=True))
    started = "2026-10-26T20:15:30.123Z"
    assert read(list[GrantView], answer.grants) == [
        GrantView(
            DOCTOR,
            "categories",
            [4, 15],
            [],
            "soins",
            started,
            "2026-11-26T20:15:30.123Z",
            grants[0].grant_id.hex,
        ),
        GrantView(
            OTHER_DOCTOR,
            "documents",
            [],
            [row_of(1).hex, row_of(2).hex],
            "soins",
            started,
            "2026-11-25T20:15:30.124Z",
            grants[1].grant_id.hex,
        ),
    ]


def test_a_record_put_in_the_place_of_another_does_not_read() -> None:
    rows = entries()
    rows[0]["seq"], rows[1]["seq"] = rows[1]["seq"], rows[0]["seq"]
    plan = read_journal(situation(ActId.READ_JOURNAL, JournalParams(), extra=Extra(entries=rows)))
    assert plan.release is not None
    with pytest.raises(ChainBroken):
        plan.release()


@pytest.mark.parametrize(
    ("way", "changes", "rule"),
    [
        ("stranger", {}, "not-holder"),
        ("doctor", {}, "not-their-act"),
        ("web", {"state": SpaceState.CLOSED}, "space-closed"),
        ("web", {"will": None}, "no-space"),
    ],
)
def test_nobody_else_reads_it(way: str, changes: dict[str, Any], rule: str) -> None:
    plan = read_journal(situation(ActId.READ_JOURNAL, JournalParams(), way, **changes))
    assert (plan.decision, plan.code, plan.objects) == (Refuse(rule), "", ())
    assert does_nothing(plan)


# ------------------------------------------------------------------------------------------- sorts of lines

SORTS = (
    ("read_document", "web", "permit"),
    ("read_document", "api", "permit"),
    ("read_document", "web", "refuse"),
    ("list_documents", "web", "permit"),
    ("grant_access", "web", "permit"),
    ("list_documents", "api", "permit"),
    ("read_document", "counter", "permit"),
)
COUNTS = {"persons": 2, "software": 2, "refused": 1, "lists": 1, "others": 1}


def sorted_entries() -> list[Any]:
    journal = JournalKeys(KEYS.journal)
    head, rows = first_head(journal, 2026), []
    for act, channel, result in SORTS:
        said = FIELDS | {"act": act, "channel": channel, "decision": {"result": result, "rule": "x"}}
        entry, head = append(journal, KEYS.record_key, SPACE, head, NOW, said)
        rows.append({"seq": entry.seq, "sealed": entry.sealed, "com": entry.com})
    return rows[::-1]


def asked(params: JournalParams, rows: list[Any] | None = None) -> JournalAnswer:
    extra = Extra(entries=sorted_entries() if rows is None else rows)
    plan = read_journal(situation(ActId.READ_JOURNAL, params, extra=extra))
    assert plan.release is not None
    answer = read(JournalAnswer, plan.release())
    assert isinstance(answer, JournalAnswer)
    return answer


def numbers(answer: JournalAnswer) -> list[int]:
    return [orjson.loads(record)["seq"] for record in answer.records]


def test_each_line_is_told_with_its_sort_and_nothing_is_counted_unasked() -> None:
    answer = asked(JournalParams())
    assert answer.kinds == ["printed", "software-list", "other", "listed", "refused", "software-read", "opened"]
    assert (answer.counts, answer.low, answer.next) == ({}, 0, 0)


def test_the_counts_say_the_same_as_the_lines_of_each_group() -> None:
    for group, count in COUNTS.items():
        answer = asked(JournalParams(kind=group))
        assert answer.counts == COUNTS
        assert len(answer.records) == len(answer.references) == len(answer.documents) == len(answer.kinds) == count
        assert {GROUPS[Kind(one)].value for one in answer.kinds} == {group}
    assert asked(JournalParams(counted=True)).counts == COUNTS
    assert numbers(asked(JournalParams(kind="persons"))) == [6, 0]


def test_a_page_of_one_group_goes_on_where_it_ended() -> None:
    first = asked(JournalParams(count=1, kind="software"))
    assert (numbers(first), first.next) == ([5], 5)
    rows = [row for row in sorted_entries() if row["seq"] < first.next]
    second = asked(JournalParams(first.next, 1, "software"), rows)
    assert (numbers(second), second.next) == ([1], 0)
    assert numbers(asked(JournalParams(count=0, kind="software"))) == [5], "a page holds one line at least"


def test_older_lines_that_were_not_looked_at_are_said() -> None:
    answer = asked(JournalParams(kind="refused"), [row for row in sorted_entries() if row["seq"] >= 1])
    assert (numbers(answer), answer.low, answer.next) == ([2], 1, 1)
    empty = asked(JournalParams(kind="refused"), [])
    assert (empty.records, empty.counts, empty.low, empty.next) == ([], {}, 0, 0)


def test_a_group_that_does_not_exist_is_a_mistake() -> None:
    plan = read_journal(situation(ActId.READ_JOURNAL, JournalParams(kind="opened")))
    assert (plan.decision, plan.code) == (Refuse("invalid"), "demand-invalid")
    assert does_nothing(plan)
