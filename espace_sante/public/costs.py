"""The public ledger of what the service costs: one dated line per expense, amounts in integer cents of a euro.

Lines name organisations and contracts, never a person. Source: D15.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from io import StringIO

from espace_sante.kernel.refusal import OperatorRefusal

# The day this ledger was opened, empty.
OPENED = date(2026, 11, 24)
COLUMNS = ("day", "what", "paid_to", "funded_by", "contract", "amount_cents")


@dataclass(frozen=True, slots=True)
class Cost:
    """One expense: when, for what, to which organisation, with whose money, under which public contract."""

    day: date
    what: str
    paid_to: str
    funded_by: str
    contract: str
    amount_cents: int


def costs() -> tuple[Cost, ...]:
    """Return the lines of this version's ledger, by date. Raises OperatorRefusal when one cannot be read."""
    return read_costs(files("espace_sante.public").joinpath("data", "costs.csv").read_text(encoding="utf-8"))


def read_costs(text: str) -> tuple[Cost, ...]:
    """Read a ledger, its first line naming the columns. Raises OperatorRefusal, which gives the line."""
    head, *rows = csv.reader(StringIO(text)) if text else ([],)
    if tuple(head) != COLUMNS:
        raise OperatorRefusal(f"Le registre des coûts doit avoir pour colonnes : {', '.join(COLUMNS)}.")
    read = [_cost(number, row) for number, row in enumerate(rows, 2)]
    return tuple(sorted(read, key=lambda cost: cost.day))


def _cost(number: int, row: list[str]) -> Cost:
    try:
        day, what, paid_to, funded_by, contract, amount = row
        return Cost(date.fromisoformat(day), what, paid_to, funded_by, contract, int(amount))
    except ValueError:
        raise OperatorRefusal(f"La ligne {number} du registre des coûts ne peut pas être lue.") from None
