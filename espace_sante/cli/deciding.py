"""The decision that an operator names when they change something public: asked for, read, and looked up where it can be."""

from __future__ import annotations

from datetime import date

from espace_sante.kernel.decided import HOW, Kind, Reference, reference_of
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.public.decision import decisions

HELP = "la décision qui le veut : « décision 0068 », « débat D-12 » ou « délibération 2027-14 du 2027-02-03, conseil »"


def decision_of(text: str, today: date, nothing: str) -> Reference:
    """Return the decision that was named; `nothing` ends the sentence of a refusal. Raises OperatorRefusal.

    One of the project must be in this tree. One of the debate is not looked up: the debate is joined by nothing else.
    """
    found = reference_of(text)
    if found is None:
        raise OperatorRefusal(f"{HOW} {nothing}")
    if found.on is not None and found.on > today:
        raise OperatorRefusal(f"La délibération {found.number} est datée du {found.on}, après aujourd'hui. {nothing}")
    known = {one.number for one in decisions()}
    if found.kind is Kind.PROJECT and known and int(found.number) not in known:
        raise OperatorRefusal(f"Il n'y a pas de décision {found.number} dans docs/decisions. {nothing}")
    return found
