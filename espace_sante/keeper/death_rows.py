"""What is kept of a death, in the arrays of a will and back. Source: docs/specs/rows.md."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from espace_sante.consent.death import AfterDeath, Asked, Death, Ground, Quality
from espace_sante.keeper.rights_rows import DeathRow, DemandRow
from espace_sante.kernel.ids import DemandId

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def death_in(row: DeathRow) -> Death:
    """Return a death from its arrays."""
    noted = datetime.fromtimestamp(row.noted_at / 1000, UTC)
    demands = tuple(_demand_in(one) for one in row.demands)
    put_off = tuple(UUID(bytes=one) for one in row.put_off)
    died = date.fromisoformat(row.died_on)
    contested = (row.contested_by, _day_in(row.contested_on))
    return Death(
        died, row.certificate, noted, row.noted_by, row.confirmed_by, demands, put_off, tuple(row.told), *contested
    )


def death_out(death: Death) -> DeathRow:
    """Return the arrays of a death; the instant is cut to its millisecond."""
    return DeathRow(
        death.died_on.isoformat(),
        death.certificate,
        (death.noted_at - _EPOCH) // timedelta(milliseconds=1),
        death.noted_by,
        death.confirmed_by,
        [_demand_out(one) for one in death.demands],
        [one.bytes for one in death.put_off],
        list(death.told),
        death.contested_by,
        _day_out(death.contested_on),
    )


def _demand_in(row: DemandRow) -> AfterDeath:
    asked = Asked(
        row.who,
        Quality(row.quality),
        row.proof,
        Ground(row.ground),
        row.why,
        frozenset(row.categories),
        _day_in(row.first),
        _day_in(row.last),
    )
    noted = date.fromisoformat(row.noted_on)
    kept = DemandId(UUID(bytes=row.demand_id))
    return AfterDeath(kept, asked, noted, row.noted_by, _day_in(row.confirmed_on), row.confirmed_by, row.lines)


def _demand_out(one: AfterDeath) -> DemandRow:
    asked = one.asked
    return DemandRow(
        one.demand_id.bytes,
        asked.who,
        asked.quality.value,
        asked.proof,
        asked.ground.value,
        asked.why,
        sorted(asked.categories),
        _day_out(asked.first),
        _day_out(asked.last),
        one.noted_on.isoformat(),
        one.noted_by,
        _day_out(one.confirmed_on),
        one.confirmed_by,
        one.lines,
    )


def _day_in(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _day_out(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
