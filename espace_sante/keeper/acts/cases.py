"""The acts by which the operator's staff answer: the queue by deadline, an answer, and the second account that confirms it.

Nothing said to them tells whose case it is. What is sent to her is told to her at once, and stands in her journal.
Guarantee: G3, G5. Source: docs/decisions/0029.
"""

from __future__ import annotations

import hashlib
from datetime import date
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, Permit, Refuse
from espace_sante.keeper.acts.asked import decided, decision_on
from espace_sante.keeper.acts.notices import notice
from espace_sante.keeper.case_body import ANSWERED, OPEN, Answer, Case, CaseKind, MovedCase, open_case, seal_case
from espace_sante.keeper.demand import (
    AnswerCaseParams,
    CaseLine,
    CaseListAnswer,
    CaseMoved,
    CaseSaid,
    CaseSeen,
    ConfirmCaseParams,
)
from espace_sante.keeper.indicators import answer_kind
from espace_sante.keeper.receipts import instant
from espace_sante.keeper.situation import Change, Plan, Situation

TEXT_MOST = 2000
OUTCOMES = frozenset({"justified", "not-justified", "sanction", "corrected", "not-corrected", "passed-on"})
# An answer about an access speaks of somebody who read: one account alone does not send it.
_TWO_ACCOUNTS = frozenset({CaseKind.CONTEST, CaseKind.EMERGENCY})
_ENCODE = msgspec.msgpack.Encoder().encode


def list_cases(s: Situation) -> Plan:
    """Release a page of the queue, the nearest deadline first: who is concerned is not in it."""
    decision = decision_on(s, ActId.LIST_CASES)
    if isinstance(decision, Refuse):
        return Plan(decision)
    lines = [_line(s, row["case_id"], open_case(s.service, row["case_id"], row["sealed"])) for row in s.extra.cases]
    return Plan(decision, objects=("cases",), release=lambda: _ENCODE(CaseListAnswer(tuple(lines))))


def answer_case(s: Situation) -> Plan:
    """Write an answer: sent at once, or kept until a second account confirms it; a new one takes the place of one that waits."""
    params: AnswerCaseParams = s.params
    found = _open_one(s, ActId.ANSWER_CASE)
    if isinstance(found, Plan):
        return found
    permit, case_id, case = found
    if params.outcome not in OUTCOMES or not 1 <= len(params.text.strip()) <= TEXT_MOST:
        return Plan(Refuse("invalid"), code="case-invalid")
    said = Answer(params.outcome, params.text.strip(), s.session.identifier, instant(s.now))
    answered = msgspec.structs.replace(case, answers=(*sent_answers(case), said))
    return _moved(s, permit, case_id, answered, sent=CaseKind(case.kind) not in _TWO_ACCOUNTS)


def confirm_case_answer(s: Situation) -> Plan:
    """Send the answer another account wrote, exactly as it was read."""
    params: ConfirmCaseParams = s.params
    found = _open_one(s, ActId.CONFIRM_CASE_ANSWER)
    if isinstance(found, Plan):
        return found
    permit, case_id, case = found
    waiting = _waiting(case)
    if waiting is None or hashlib.sha256(waiting.text.encode()).digest() != params.text_sha256:
        return Plan(Refuse("conflict"), code="case-moved")
    if waiting.by == s.session.identifier:
        return Plan(Refuse("second-account"), code="second-account")
    confirmed = msgspec.structs.replace(waiting, confirmed_by=s.session.identifier, confirmed_at=instant(s.now))
    answered = msgspec.structs.replace(case, answers=(*sent_answers(case), confirmed))
    return _moved(s, permit, case_id, answered, sent=True)


def seen_by_her(s: Situation) -> list[CaseSeen]:
    """Return the cases her will names, as she sees them, the newest first; an answer that waits is not one."""
    opened = [
        (row["case_id"], row["state"], open_case(s.service, row["case_id"], row["sealed"])) for row in s.extra.cases
    ]
    seen = [
        CaseSeen(
            case_id.hex,
            case.kind,
            case.practitioner.number,
            case.practitioner.name,
            case.practitioner.structure,
            case.entries,
            case.reason,
            case.opened,
            case.due,
            state == ANSWERED,
            state == OPEN and case.due < s.now.date().isoformat(),
            tuple(CaseSaid(a.outcome, a.text, a.confirmed_at or a.at) for a in sent_answers(case)),
        )
        for case_id, state, case in opened
    ]
    return sorted(seen, key=lambda one: (one.opened, one.case), reverse=True)


def _open_one(s: Situation, act: ActId) -> tuple[Permit, UUID, Case] | Plan:
    """Return the case named by its number and that her will names too, still to be answered; or what is said instead."""
    found = decided(s, act)
    if isinstance(found, Refuse):
        return Plan(found)
    if not s.ask.person.startswith("case:") or len(s.extra.cases) != 1:
        return Plan(Refuse("unknown"))
    row = s.extra.cases[0]
    if row["state"] != OPEN:
        return Plan(Refuse("conflict"), code="case-answered")
    return found[0], row["case_id"], open_case(s.service, row["case_id"], row["sealed"])


def _counted(case: Case, today: date) -> tuple[str, ...]:
    """Return what an answer counts as: for us, and for everybody (keeper/indicators.py)."""
    told = answer_kind(case.kind, date.fromisoformat(case.opened), date.fromisoformat(case.due), today)
    return (f"{case.kind}-answered", *((told,) if told else ()))


def _moved(s: Situation, permit: Permit, case_id: UUID, case: Case, *, sent: bool) -> Plan:
    state = ANSWERED if sent else OPEN

    def write(reference: str) -> tuple[Change, bytes]:
        moved = MovedCase(case_id, state, seal_case(s.service, case_id, case))
        told = notice(s, reference) if sent else None
        counted = _counted(case, s.now.date()) if sent else ()
        return Change(moved_case=moved, notice=told, counts=counted), _ENCODE(CaseMoved(sent))

    return Plan(permit, objects=(f"case:{case_id.hex}",), write=write)


def sent_answers(case: Case) -> tuple[Answer, ...]:
    """Return the answers she has: about an access, those a second account confirmed."""
    if CaseKind(case.kind) not in _TWO_ACCOUNTS:
        return case.answers
    return tuple(answer for answer in case.answers if answer.confirmed_by)


def _waiting(case: Case) -> Answer | None:
    if CaseKind(case.kind) not in _TWO_ACCOUNTS or not case.answers or case.answers[-1].confirmed_by:
        return None
    return case.answers[-1]


def _line(s: Situation, case_id: UUID, case: Case) -> CaseLine:
    waiting = _waiting(case)
    return CaseLine(
        case_id.hex,
        case.kind,
        case.practitioner.number,
        case.practitioner.name,
        case.practitioner.structure,
        case.entries,
        case.reason,
        case.opened,
        case.due,
        case.due < s.now.date().isoformat(),
        waiting is not None,
        waiting is not None and waiting.by == s.session.identifier,
        waiting.outcome if waiting else "",
        waiting.text if waiting else "",
    )
