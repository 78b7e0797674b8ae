"""A form entered by hand counts from its postmark, else from its arrival; its line keeps both. Source: inclusion.md PAR-09."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import msgspec
import pytest

from espace_sante.access.request import ActId, Refuse
from espace_sante.consent.postal import POST_MOST, PostDays
from espace_sante.keeper.acts.contesting import report_mistake
from espace_sante.keeper.acts.opening import _answered
from espace_sante.keeper.demand import Ask, CaseOpened, MistakeParams, WithdrawParams
from espace_sante.keeper.post_days import counted_from, post_days
from espace_sante.keeper.situation import Extra, Invitation
from espace_sante.kernel.ids import DocumentId
from tests.unit.keeper.situations import AGENT, DOCTOR, NOW, REFERENCE, TRAITS, row_of, situation, will
from tests.unit.keeper.test_release import gathered, one, pending, record

TODAY = NOW.date()
POSTED, CAME = TODAY - timedelta(days=9), TODAY - timedelta(days=2)


def form(arrived: object = "", postmark: object = "", **changes: object) -> Ask:
    asked = Ask(1, "block", b"s" * 32, "self", "paper", "signed_form", b"", on_behalf=True)
    return msgspec.structs.replace(asked, arrived=str(arrived), postmark=str(postmark), **changes)


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        (form(CAME, POSTED), PostDays(CAME, POSTED)),
        (form(CAME), PostDays(CAME, CAME)),
        (form(), PostDays(TODAY, TODAY)),
        (form(POSTED, CAME), PostDays(TODAY, TODAY)),  # refused when it is decided
        (form(CAME, POSTED, channel="counter"), None),
        (form(CAME, POSTED, on_behalf=False), None),
    ],
)
def test_a_form_counts_from_its_postmark_else_from_its_arrival(asked: Ask, days: PostDays | None) -> None:
    assert post_days(asked, TODAY) == days
    assert counted_from(asked, TODAY) == (TODAY if days is None else days.since)


def test_the_line_of_a_form_entered_by_hand_keeps_the_days_of_the_post() -> None:
    p = pending(
        ActId.WITHDRAW_ACCESS, WithdrawParams(DOCTOR), "paper", on_behalf=True, arrived=str(CAME), postmark=str(POSTED)
    )
    decided, chain = one(p, gathered("paper", subject=AGENT))
    objects = record(chain.entries[0])["objects"]
    assert {f"since:{POSTED}", f"arrived:{CAME}"} <= set(objects)
    assert decided.effect is not None


@pytest.mark.parametrize(
    ("arrived", "postmark"),
    [
        (TODAY + timedelta(days=1), ""),
        (POSTED, CAME),
        ("", POSTED),
        ("x", ""),
        # Whoever enters it would choose that a deadline is missed, or that an archive ends now.
        (CAME, TODAY - POST_MOST - timedelta(days=1)),
        (TODAY - POST_MOST - timedelta(days=1), ""),
    ],
)
def test_days_that_cannot_be_are_refused_and_nothing_is_done(arrived: object, postmark: object) -> None:
    p = pending(
        ActId.WITHDRAW_ACCESS,
        WithdrawParams(DOCTOR),
        "paper",
        on_behalf=True,
        arrived=str(arrived),
        postmark=str(postmark),
    )
    decided, _ = one(p, gathered("paper", subject=AGENT))
    assert isinstance(decided.plan.decision, Refuse)
    assert decided.plan.code == "coupon-days"
    assert decided.effect is None


def test_a_letter_of_invitation_is_answered_by_the_day_of_the_postmark() -> None:
    last = TODAY - timedelta(days=1)
    waits = Extra(invitation=Invitation(row_of(1), "local:V-12", TRAITS, last))
    posted = situation(ActId.REFUSE_SPACE, None, "paper", extra=waits, subject=AGENT)
    for postmark, answered in ((last, True), (TODAY, False)):
        asked = msgspec.structs.replace(posted.ask, on_behalf=True, arrived=str(TODAY), postmark=str(postmark))
        assert (_answered(replace(posted, ask=asked)) is not None) is answered


def test_the_answer_due_to_a_mistake_said_by_post_is_due_a_month_after_the_postmark() -> None:
    document = DocumentId(row_of(1))
    extra = Extra(categories={document: 5})
    params = MistakeParams(document.bytes, "false", "", False)
    s = situation(ActId.REPORT_MISTAKE, params, "paper", extra=extra, will=will(), subject=AGENT)
    asked = msgspec.structs.replace(s.ask, on_behalf=True, arrived="2026-11-24", postmark="2026-11-20")
    plan = report_mistake(replace(s, ask=asked))
    assert plan.write is not None
    change, answer = plan.write(REFERENCE)
    assert msgspec.msgpack.decode(answer, type=CaseOpened).due == "2026-12-20"
    assert change.case is not None
    assert change.case.row[2] == date(2026, 12, 20)
