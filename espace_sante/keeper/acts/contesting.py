"""The acts by which she contests an access and reports a mistake: a case with a deadline, and a block or a mask in the same step.

The case never says who she is, and holds no word of hers: her words are in her receipt alone. Guarantee: G3, G11.
Source: docs/decisions/0029; GDPR art. 12(3).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from espace_sante.access.outcomes import POWER_BEYOND
from espace_sante.access.request import ActId, ActorKind, Channel, Effect, Permit, Refuse
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.recipient import named
from espace_sante.consent.rights import Rights
from espace_sante.consent.undoing import may_be_undone, without_given, without_given_on_light_proof
from espace_sante.consent.visits import visit_with
from espace_sante.identity.practitioner import parse_rpps
from espace_sante.journal.entry import open_record, reference
from espace_sante.keeper.acts.asked import decided, decision_on
from espace_sante.keeper.acts.mandates import acts_by_power, is_shown
from espace_sante.keeper.acts.will import rewrite
from espace_sante.keeper.case_body import NUMBERS, OPEN, CaseKind, Professional, in_a_month, opened_case
from espace_sante.keeper.demand import CaseOpened, ContestParams, MistakeParams
from espace_sante.keeper.origin import open_origin
from espace_sante.keeper.post_days import counted_from
from espace_sante.keeper.receipts import Field
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Plan, Situation
from espace_sante.keeper.visits import without_visit
from espace_sante.kernel.ids import CaseId, DocumentId, MaskId

ENTRIES_MOST = 50
WORDS_MOST = 2000
# So many wait for their answer at once: more than anybody has of them, and few enough for a mail room to answer each in its month.
CASES_OPEN_MOST = 50
# Done in her name and against her will: all that agents had her give on that day ends. Source: inclusion.md HLP-16.
NOT_MY_CHOICE = "not-my-choice"
CONTEST_REASONS = frozenset({NOT_MY_CHOICE, "unknown", "not-my-care", "not-then", "too-much", "after-no", "other"})
MISTAKE_REASONS = frozenset({"false", "incomplete", "date", "author", "twice", "other"})
_HERS = frozenset(
    {NUMBERS[CaseKind.CONTEST], NUMBERS[CaseKind.MISTAKE]}
)  # an emergency is reviewed without a word of hers
_ENCODE = msgspec.msgpack.Encoder().encode


def contest_access(s: Situation) -> Plan:
    """Contest entries of her journal: all of one professional, none her own; he is blocked at once when she says so."""
    params: ContestParams = s.params
    found = decided(s, ActId.CONTEST_ACCESS)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    if (fault := _not_open_to(s, ActId.BLOCK if params.block else None)) is not None:
        return fault
    who = _contested(s, params)
    if isinstance(who, str):
        return Plan(Refuse("invalid"), code=who)
    if params.reason == NOT_MY_CHOICE and acts_by_power(s.subject):
        return Plan(POWER_BEYOND)  # nobody else says what her choice was
    left = _without_pages(s, params, will)
    if left is None:
        return Plan(Refuse("invalid"), code="undo-unknown")
    rights, day = _without_day(s, params, left)
    if params.block:
        rights = rights.with_block(Block(named(who.number), BlockKind.EVERYTHING, s.since))
    entries = [line[0] for line in _lines(s, params) if line is not None]
    fields: dict[str, Field] = {
        "practitioner": who.number,
        "entries": list(entries),
        "reason": params.reason,
        "words": params.words,
        "blocked": params.block,
        **({"undone": day or True} if day or params.undo else {}),
    }
    named_by = f"practitioner:{who.number}" if who.number else "access"
    objects: tuple[str, ...] = (named_by, "undone") if params.undo else (named_by,)
    return _opening(s, permit, will, rights, CaseKind.CONTEST, who, params.reason, objects, fields, entries, day)


def report_mistake(s: Situation) -> Plan:
    """Report that a document of hers is wrong; it is hidden from all at once when she says so."""
    params: MistakeParams = s.params
    found = decided(s, ActId.REPORT_MISTAKE)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    if (fault := _not_open_to(s, ActId.MASK if params.hide else None)) is not None:
        return fault
    document = DocumentId(UUID(bytes=params.document)) if len(params.document) == 16 else None
    if document is None or document not in s.extra.categories:
        return Plan(Refuse("unknown"), code="document-unknown")
    if params.reason not in MISTAKE_REASONS or len(params.words) > WORDS_MOST:
        return Plan(Refuse("invalid"), code="case-invalid")
    rights = will.rights
    if params.hide:
        rights = rights.with_mask(Mask(MaskId(UUID(bytes=s.random(16), version=4)), document, None, None, s.since))
    named_by = f"document:{document.hex}"
    fields: dict[str, Field] = {
        "document": document.hex,
        "reason": params.reason,
        "words": params.words,
        "hidden": params.hide,
    }
    return _opening(
        s, permit, will, rights, CaseKind.MISTAKE, _depositor(s, document), params.reason, (named_by,), fields
    )


def _not_open_to(s: Situation, within: ActId | None) -> Plan | None:
    """Refuse one case too many; and, to whoever acts for her, what is done in the same step and that his power does not do alone."""
    waiting = [row for row in s.extra.cases if row["state"] == OPEN and row["kind"] in _HERS]
    if len(waiting) >= CASES_OPEN_MOST:
        return Plan(Refuse("ceiling"), code="cases-too-many")
    if within is None or not acts_by_power(s.subject):
        return None
    decision = decision_on(s, within)
    if isinstance(decision, Refuse):
        return Plan(decision)
    return Plan(POWER_BEYOND) if decision.effect is Effect.STARTS else None


def _contested(s: Situation, params: ContestParams) -> Professional | str:
    """Return who did what she names, or the code of what is wrong in it."""
    if params.reason not in CONTEST_REASONS or len(params.words) > WORDS_MOST:
        return "case-invalid"
    if not 1 <= len(params.entries) <= ENTRIES_MOST or len(set(params.entries)) != len(params.entries):
        return "entries-invalid"
    named_lines = _lines(s, params)
    if any(line is None for line in named_lines):
        return "entries-unknown"
    actors = {_actor(line[1]) for line in named_lines if line is not None}
    if None in actors:
        return "entries-own"
    if len(actors) > 1:
        return "entries-of-several"
    who = next(iter(actors))
    assert who is not None
    return "block-nobody" if params.block and not who.number else who


def _without_pages(s: Situation, params: ContestParams, will: Will) -> Will | None:
    """Return what is left when the pages these lines were made from are undone; None when one of them may not be.

    Each is undone alone, the last one first: what changed since, by her or by anybody, stays as it is.
    """
    if not params.undo:
        return will
    made = sorted((_made_from_a_page(s, line) for line in _lines(s, params) if line is not None), reverse=True)
    for version in made:
        before, after = s.extra.wills.get(version - 1), s.extra.wills.get(version)
        if before is None or after is None or acts_by_power(s.subject):
            return None
        undo = without_given_on_light_proof if _is_light(s) else without_given
        will = replace(will, rights=undo(will.rights, before.rights, after.rights))
    return will


def _made_from_a_page(s: Situation, line: tuple[str, dict[str, Any]]) -> int:
    """Return the version of her will that a page of the post made by this line, 0 when none did or it is too long ago."""
    done = datetime.fromisoformat(line[1]["at"]).date()
    return version_made(line[1]) if may_be_undone(done, counted_from(s.ask, s.now.date())) else 0


def version_made(record: dict[str, Any]) -> int:
    """Return which version of her will a line says that a page of the post made, 0 when it says none."""
    said = (one.removeprefix("will:") for one in record["objects"] if one.startswith("will:"))
    return int(next(said, "0"))


def _is_light(s: Situation) -> bool:
    """Say whether it is asked by telephone or by post: nothing then leads letters back to where they went."""
    return s.ask.channel in (Channel.PHONE, Channel.PAPER)


def _without_day(s: Situation, params: ContestParams, will: Will) -> tuple[Rights, str]:
    """Return her rights without what the day of the lines she names gave, and that day; as they are when it is not kept."""
    named_by = frozenset(line[0] for line in _lines(s, params) if line is not None)
    visit = visit_with(will.rights.visits, named_by) if params.reason == NOT_MY_CHOICE else None
    if visit is None:
        return will.rights, ""
    return without_visit(will, visit, s.extra.wills, light=_is_light(s)), visit.day.isoformat()


def _lines(s: Situation, params: ContestParams) -> list[tuple[str, dict[str, Any]] | None]:
    """Return each line she names, its reference and its record, None for one that is not in her journal.

    To whoever acts for her, a line that he is not shown is not there: he would learn who did what, one line after another.
    """
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for row in s.extra.entries:
        record = open_record(s.keys.record_key, s.keys.space, row["seq"], row["sealed"])
        line = (reference(row["com"]), record)
        if not acts_by_power(s.subject):
            found |= {line[0]: line, str(row["seq"]): line}
        elif is_shown(s, record):  # and by its reference alone: numbers follow each other
            found[line[0]] = line
    return [found.get(str(int(one)) if is_number(one) else one) for one in params.entries]


def is_number(named_by: str) -> bool:
    """Say whether a line is named by its number, as it stands on paper, rather than by its reference."""
    return named_by.isascii() and named_by.isdecimal() and len(named_by) <= 9


def _actor(record: dict[str, Any]) -> Professional | None:
    """Return who acted in a record, None when it was she herself: the number is a professional's, and nobody else's."""
    actor = record["actor"]
    if actor["kind"] == ActorKind.PERSON.value:
        return None
    number = parse_rpps(actor["id"]) if actor["kind"] == ActorKind.PRACTITIONER.value else None
    return Professional(number or "", actor["name"], actor["structure"])


def _depositor(s: Situation, document: UUID) -> Professional:
    """Return who deposited a document, as far as it is known; nobody when it was she."""
    record = s.extra.named.get(document)
    origin = open_origin(record["origin"], s.keys, record["row_id"]) if record is not None else None
    if origin is None or origin.depositor.kind != ActorKind.PRACTITIONER:
        return Professional()
    return Professional(origin.depositor.identifier, "", origin.depositor.structure)


def _opening(
    s: Situation,
    permit: Permit,
    will: Will,
    rights: Rights,
    kind: CaseKind,
    who: Professional,
    reason: str,
    objects: tuple[str, ...],
    fields: dict[str, Field],
    entries: list[str] | None = None,
    undone: str = "",
) -> Plan:
    """Plan a case with the change of will that goes with it; `entries` none: the case names the entry of this very act."""
    case_id = CaseId(UUID(bytes=s.random(16), version=4))
    since = counted_from(s.ask, s.now.date())
    due = in_a_month(since)
    told: dict[str, Field] = {"case": case_id.hex, "due": due.isoformat()}
    plan = rewrite(s, permit, will, rights.with_case(case_id), (*objects, f"case:{case_id.hex}"), fields | told)
    if plan.write is None or permit.effect is Effect.STARTS:
        return plan

    def write(at: str, inner: Callable[[str], tuple[Change, bytes]] = plan.write) -> tuple[Change, bytes]:
        change, answer = inner(at)
        # The receipt names who is contested: it is hers, kept for her, and not given to whoever acts for her.
        receipt = b"" if acts_by_power(s.subject) else msgspec.msgpack.decode(answer)["receipt"]
        case = opened_case(s.service, case_id, kind, who, entries or (at,), reason, since)
        opened = replace(change, case=case, counts=(f"{kind.value}-opened",))
        return opened, _ENCODE(CaseOpened(receipt, case_id.hex, due.isoformat(), undone))

    return replace(plan, write=write)
