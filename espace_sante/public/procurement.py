"""Contracts as procurement data tell them, made into lines of the ledger: one for each, and one for each amendment.

What was imported already adds nothing: the same file may be given twice. Guarantee: G15. Source: docs/specs/ledger.md.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from espace_sante.formats.decp import VERSION, Amendment, PublicContract
from espace_sante.kernel.i18n import Language, say_date
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.public.ledger import MOST_LETTERS, Entry, Ledger, Nature, Post, Said
from espace_sante.public.ledger_file import with_line

_SOURCE = f"DECP {VERSION}"


@dataclass(frozen=True, slots=True)
class Around:
    """What the procurement data do not say of contracts: what they are for, with whose money, by which decision."""

    post: Post
    funded_by: str
    decision: str


def with_contracts(ledger: Ledger, contracts: Iterable[PublicContract], around: Around, today: date) -> Ledger:
    """Return the ledger with these contracts and what changed of them. Raises OperatorRefusal, nothing kept."""
    for contract in contracts:
        ledger = _with(ledger, contract, around, today)
    return ledger


def _with(ledger: Ledger, contract: PublicContract, around: Around, today: date) -> Ledger:
    said = _said(contract, around)
    mine = [entry for entry in ledger.entries if entry.said.contract == said.contract]
    first = next((entry for entry in mine if entry.said.source == _SOURCE), None)
    if first is None:
        ledger = with_line(ledger, said, today)
    elif _published(first.said) != _published(said):
        raise OperatorRefusal(
            f"Le marché {said.contract} est déjà inscrit autrement (ligne {first.number}). Une première publication ne se réécrit pas :"
            " corrigez la ligne, avec un motif. Rien n'est inscrit."
        )
    for amendment in sorted(contract.amendments, key=lambda one: one.number):
        ledger = _amended(ledger, said, amendment, today)
    return ledger


def _amended(ledger: Ledger, first: Said, amendment: Amendment, today: date) -> Ledger:
    contract = first.contract
    source = f"{_SOURCE}, modification {amendment.number}"
    mine = [entry for entry in ledger.in_force if entry.said.contract == contract and _is_contract(entry)]
    if amendment.cents is None and amendment.months is None:
        return ledger
    done = next(
        (entry for entry in ledger.entries if (entry.said.source, entry.said.contract) == (source, contract)), None
    )
    if done is not None:
        _refuse_changed(done, amendment)
        return ledger
    if not mine:
        return ledger
    now = mine[-1]
    if _amendment_of(now) > amendment.number:
        raise OperatorRefusal(
            f"La modification {amendment.number} du marché {contract} vient après la {_amendment_of(now)}, déjà inscrite (ligne"
            f" {now.number}) : elle prendrait sa place. Corrigez la ligne, avec un motif. Rien n'est inscrit."
        )
    said = replace(
        now.said,
        cents=now.said.cents if amendment.cents is None else amendment.cents,
        end=now.said.end if amendment.months is None else months_after(now.said.start, amendment.months),
        source=source,
        decision=first.decision,
    )
    reason = f"Modification {amendment.number} du marché, notifiée le {say_date(amendment.notified_on, Language.FR)}"
    return with_line(ledger, said, today, corrects=now.number, reason=reason)


def _published(said: Said) -> tuple[object, ...]:
    """Return what a first publication says for ever."""
    return said.cents, said.start, said.end, said.what, said.paid_to


def _refuse_changed(done: Entry, amendment: Amendment) -> None:
    """Raise OperatorRefusal when an amendment that stands in the ledger is published again with other words."""
    cents = done.said.cents if amendment.cents is None else amendment.cents
    end = done.said.end if amendment.months is None else months_after(done.said.start, amendment.months)
    if (cents, end) != (done.said.cents, done.said.end):
        raise OperatorRefusal(
            f"La modification {amendment.number} du marché {done.said.contract} est déjà inscrite autrement (ligne {done.number})."
            " Elle ne se réécrit pas : corrigez la ligne, avec un motif. Rien n'est inscrit."
        )


def _amendment_of(entry: Entry) -> int:
    """Return which amendment a line is, 0 for a first publication or what was typed."""
    number = entry.said.source.removeprefix(f"{_SOURCE}, modification ")
    return int(number) if number.isdecimal() else 0


def _said(contract: PublicContract, around: Around) -> Said:
    return Said(
        nature=Nature.CONTRACT,
        post=around.post,
        what=" ".join(f"{contract.nature} : {contract.what}".split())[:MOST_LETTERS].strip(),
        paid_to=", ".join(contract.suppliers)[:MOST_LETTERS].strip(" ,"),
        funded_by=around.funded_by,
        contract=f"{contract.buyer}/{contract.number.strip()}",
        start=contract.notified_on,
        end=months_after(contract.notified_on, contract.months),
        cents=contract.cents,
        source=_SOURCE,
        decision=around.decision,
    )


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last of that month. Raises OperatorRefusal beyond the calendar."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    if year > date.max.year:
        raise OperatorRefusal("Une durée de marché dépasse le calendrier. Rien n'est inscrit.")
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _is_contract(entry: Entry) -> bool:
    return entry.said.nature is Nature.CONTRACT
