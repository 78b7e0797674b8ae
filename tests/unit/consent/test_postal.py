"""The days the post takes, by region: ten in mainland France, twenty elsewhere, and twenty when it is not known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from espace_sante.consent.postal import postal_time


@pytest.mark.parametrize(
    ("address", "days"),
    [
        (("12 rue des Essais", "63000 CLERMONT FERRAND"), 10),
        (("12 rue des Essais", "20000 AJACCIO"), 10),
        (("12 rue des Essais", "63000 CLERMONT FERRAND", "FRANCE"), 10),
        (("Chez Paul", "1 rue", " 01000 BOURG"), 10),
        (("1 rue Schœlcher", "97110 POINTE A PITRE"), 20),
        (("1 rue", "97400 SAINT DENIS", "France"), 20),
        (("1 rue", "98800 NOUMEA"), 20),
        (("1 rue de la Loi", "1000 BRUXELLES", "BELGIQUE"), 20),
        (("1 Hauptstrasse", "10115 BERLIN", "ALLEMAGNE"), 20),
        (("1 rue", "6300 TOWN"), 20),
        (("1 rue", "63000"), 20),
        ((), 20),
        (("", " "), 20),
        (("France",), 20),
    ],
)
def test_a_deadline_is_longer_by_the_time_of_the_post(address: tuple[str, ...], days: int) -> None:
    assert postal_time(address) == timedelta(days=days)
