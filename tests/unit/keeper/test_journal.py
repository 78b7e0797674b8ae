"""What she reads of her journal: every record asked for, with its public reference, and the permissions in force."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

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

FIELDS = dict.fromkeys(("actor", "act", "objects", "basis", "decision", "rules", "channel", "client", "build"), "x")


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
