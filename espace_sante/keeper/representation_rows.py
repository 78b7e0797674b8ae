"""Powers that the law or a judge gives over her, in the arrays of a will and back. Source: docs/specs/rows.md."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from espace_sante.consent.proposed import Proposed
from espace_sante.identity.legal_tables import Measure, Power
from espace_sante.identity.representation import Representation
from espace_sante.keeper.rights_rows import ProposedRow, RepresentationRow
from espace_sante.kernel.ids import RepresentationId

_EPOCH, _MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)


def representation_in(row: RepresentationRow) -> Representation:
    """Return a power from its array."""
    return Representation(
        RepresentationId(UUID(bytes=row.representation_id)),
        row.name,
        Measure(row.measure),
        Power(row.power),
        date.fromisoformat(row.starts),
        date.fromisoformat(row.ends),
        row.sole,
        frozenset(row.named),
        row.recorded_by,
        row.confirmed_by,
        _EPOCH + row.contested * _MILLISECOND if row.contested else None,
        row.basis,
    )


def representation_out(one: Representation) -> RepresentationRow:
    """Return the array of a power; an instant is cut to its millisecond."""
    return RepresentationRow(
        one.representation_id.bytes,
        one.name,
        one.measure.value,
        one.power.value,
        one.starts.isoformat(),
        one.ends.isoformat(),
        one.sole,
        sorted(one.named),
        one.recorded_by,
        one.confirmed_by,
        (one.contested - _EPOCH) // _MILLISECOND if one.contested else 0,
        one.basis,
    )


def proposed_in(row: ProposedRow) -> Proposed:
    """Return what waits for another's word, from its array."""
    return Proposed(row.act, row.body, UUID(bytes=row.by), _EPOCH + row.at * _MILLISECOND)


def proposed_out(one: Proposed) -> ProposedRow:
    """Return the array of what waits for another's word."""
    return ProposedRow(one.act, one.body, one.by.bytes, (one.at - _EPOCH) // _MILLISECOND)
