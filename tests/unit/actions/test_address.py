"""An address as it is typed: what an envelope holds, whole, in order."""

from __future__ import annotations

import pytest

from espace_sante.actions.give_address import parse
from espace_sante.kernel.errors import Problem

FULL = {
    "more": "Bâtiment B",
    "street": " 12 rue des Essais ",
    "place": "Les Hauts",
    "town": "63000 Clermont-Ferrand",
    "country": "Belgique",
}


def test_the_lines_are_those_of_an_envelope_in_order_empty_ones_left_out() -> None:
    assert parse(FULL).lines == ("Bâtiment B", "12 rue des Essais", "Les Hauts", "63000 Clermont-Ferrand", "Belgique")
    assert parse({"street": "1 rue", "town": "75001 Paris"}).lines == ("1 rue", "75001 Paris")


@pytest.mark.parametrize("name", FULL)
def test_a_line_no_envelope_holds_is_refused(name: str) -> None:
    parse(FULL | {name: "x" * 38})
    with pytest.raises(Problem) as caught:
        parse(FULL | {name: "x" * 39})
    assert caught.value.code == "address-too-long"


@pytest.mark.parametrize("name", ["street", "town"])
def test_the_street_and_the_town_are_due(name: str) -> None:
    with pytest.raises(Problem) as caught:
        parse(FULL | {name: " "})
    assert caught.value.code == "field-missing"
