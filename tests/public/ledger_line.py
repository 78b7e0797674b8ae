"""The least line an operator writes in the ledger of costs: ten euros of letters."""

from __future__ import annotations

LINE = [
    "ledger",
    "add",
    "dépense",
    "--poste",
    "courrier",
    "--objet",
    "Lettres",
    "--montant",
    "10",
    "--debut",
    "2027-01-01",
]
