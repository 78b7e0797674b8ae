"""The act by which she receives the proof of her journal: keys of years, her records and where each stands in the public journal.

A year's key shows which leaves of that year are hers: it is released to the person herself, signed in, and to nobody else.
Whoever asks for her, at a counter or by post, has a letter written to her, and is given nothing. The key of all years never
leaves. Guarantee: G5, G6, G10. Source: docs/specs/proof.md, docs/decisions/0041.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
from asyncpg import Record

from espace_sante.access.kinds import GROUPS, kind_of_record
from espace_sante.access.request import ActId, Effect, Permit, Refuse
from espace_sante.journal.entry import JournalKeys, open_record, open_record_bytes
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.notices import year_letter
from espace_sante.keeper.demand import ProofAnswer, ProvedYear, ProveParams, PublishedLine, ShownProof, YearLines
from espace_sante.keeper.situation import Change, Period, Plan, ProofFacts, Situation

# What a letter of a quarter says one by one; it says how many there are besides.
QUARTER_LINES_MOST = 60
LETTERS_MOST = 10  # years asked for on paper at once: one letter each
_NOTHING = ProofAnswer(b"", 0, b"", [], [], 0, 0)
_ENCODE = msgspec.msgpack.Encoder().encode
_YEARS = "proof-years"


def prove_journal(s: Situation) -> Plan:
    """Release one part of her proof to her; for whoever acts for her, write to her instead."""
    params: ProveParams = s.params
    found, facts = decided(s, ActId.PROVE_JOURNAL), s.extra.proof
    if isinstance(found, Refuse):
        return Plan(found)
    permit, _ = found
    if facts is None:  # asked again: what is behind the permission was not read
        return Plan(permit)
    if s.subject.on_behalf:
        return _by_letter(s, permit, params, facts)
    if params.line >= 0:
        released = ProofAnswer(b"", 0, b"", [], [], 0, 0)
        return Plan(permit, objects=("line-receipt",), release=lambda: _ENCODE(_part(s, params, facts, released)))
    latest = max(facts.year, s.now.year)  # no key of a year to come
    first, last = params.first or facts.opening, params.last or latest
    if not facts.opening <= first <= last <= latest:
        return Plan(Refuse("invalid"), code=_YEARS)

    def release() -> bytes:
        keys = JournalKeys(s.keys.journal)
        shown = params.size > 0 and params.before <= 0
        years = [_year(keys, facts, year) for year in range(first, last + 1)] if shown else []
        promised = keys.commitment(facts.opening) if shown else b""
        answer = ProofAnswer(promised, facts.opening, s.keys.space.bytes, years, [], 0, 0)
        return _ENCODE(_part(s, params, facts, answer))

    return Plan(permit, objects=("proof", f"years:{first}-{last}"), release=release)


def year_lines(s: Situation, period: Period, size: int, for_paper: Callable[[dict[str, Any]], bytes]) -> YearLines:
    """Return her journal of a year or a quarter as a letter says it, with the last line that stands in the public journal."""
    (year, quarter), (count, rows) = period, s.extra.years[period]
    said = [open_record(s.keys.record_key, s.keys.space, row["seq"], row["sealed"]) for row in rows]
    records = tuple(for_paper(one) for one in said[: QUARTER_LINES_MOST if quarter else None])
    published = (_line(s, row, whole=False) for row in rows if row["idx"] is not None and row["idx"] < size)
    counts = dict(Counter(GROUPS[kind_of_record(one)].value for one in said))
    return YearLines(
        year,
        records,
        count,
        rows[0]["com"] if rows else b"",
        next(published, None),
        quarter=quarter,
        counted=len(rows),
        counts=counts,
    )


def receipt_shown(s: Situation, size: int) -> ShownProof | None:
    """Return what a letter that is a receipt shows of the public journal; None for a letter that is none."""
    row = s.extra.leaf
    if row is None:
        return None
    published = row["idx"] is not None and row["idx"] < size
    return ShownProof(_line(s, row, whole=False) if published else None)


def _by_letter(s: Situation, permit: Permit, params: ProveParams, facts: ProofFacts) -> Plan:
    latest = max(facts.year, s.now.year)
    last = params.last or latest
    first = params.first or last
    if not facts.opening <= first <= last <= latest or last - first >= LETTERS_MOST:
        return Plan(Refuse("invalid"), code=_YEARS)
    years = range(first, last + 1) if permit.effect is not Effect.STARTS else ()
    change = Change(later=tuple(year_letter(s, year) for year in years))
    objects = ("year-letter", f"years:{first}-{last}")
    return Plan(permit, objects=objects, write=lambda _: (change, _ENCODE(_NOTHING)))


def _year(keys: JournalKeys, facts: ProofFacts, year: int) -> ProvedYear:
    n = max((row["seq"] + 1 for row in facts.rows), default=facts.low)
    first = min((seq for one, seq in facts.starts.items() if one >= year), default=n)
    return ProvedYear(year, keys.year_key(year), keys.year_path(facts.opening, year), first)


def _part(s: Situation, params: ProveParams, facts: ProofFacts, answer: ProofAnswer) -> ProofAnswer:
    """Add the lines that stand in the state of the public journal asked for: one that does not, and all after it, wait."""
    there = [row for row in facts.rows if row["idx"] is not None and row["idx"] < params.size]
    lowest = min((row["seq"] for row in facts.rows), default=0)
    return msgspec.structs.replace(
        answer,
        lines=[_line(s, row, whole=params.line < 0) for row in there],
        later=len(facts.rows) - len(there),
        before=lowest if lowest > facts.low else 0,
    )


def _line(s: Situation, row: Record, *, whole: bool) -> PublishedLine:
    record = open_record_bytes(s.keys.record_key, s.keys.space, row["seq"], row["sealed"]) if whole else b""
    return PublishedLine(row["seq"], row["idx"], row["tag"], row["com"], record)
