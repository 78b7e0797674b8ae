"""Procurement data in the French regulatory format: read as the official schema reads them, never more loosely."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema import Draft7Validator

from espace_sante.formats.decp import MOST_BYTES, Amendment, NotProcurementData, read_procurement

HERE = Path(__file__).parent / "decp"
SCHEMA = Draft7Validator(json.loads((HERE / "schema_decp_v2.0.3.json").read_text(encoding="utf-8")))
EXAMPLES = ("marches_avec_modifications", "concessions_avec_modifications", "marches_concessions")


def example(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8-sig"))


def read(value: Any) -> int:
    return len(read_procurement(json.dumps(value, ensure_ascii=False).encode()))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_official_examples_are_read(name: str) -> None:
    value = example(name)
    assert SCHEMA.is_valid(value)
    lists = value["marches"]
    expected = len(lists.get("marche", ())) + len(lists.get("contrat-concession", ()))
    assert read(value) == expected > 0
    assert len(read_procurement(b"\xef\xbb\xbf" + json.dumps(value).encode())) == expected


def test_what_the_ledger_needs_is_read_exactly() -> None:
    one = read_procurement((HERE / "marches_avec_modifications.json").read_bytes())[0]
    assert (one.buyer, one.number, one.cents, one.months) == ("21750001630066", "TEST2022", 57_500_000, 48)
    assert (one.suppliers, one.notified_on) == (("SIRET 55204599900869",), date(2024, 5, 15))
    assert one.amendments == (Amendment(1, date(2022, 10, 18), 12_345_787, 12),)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield from places(one, (*path, key))


def spoiled(value: Any, random: Random) -> Any:
    """Return the same file with one thing taken out, replaced, repeated or added."""
    value = copy.deepcopy(value)
    *path, last = random.choice(list(places(value)))
    held = value
    for key in path:
        held = held[key]
    match random.randrange(4):
        case 0:
            del held[last]
        case 1:
            held[last] = random.choice(
                (None, "", "x", -1, 0, 0.5, 1, 12, 1e12, True, [], {}, ["Travaux"], "2024-01-01")
            )
        case 2 if isinstance(held, list):
            held.append(copy.deepcopy(held[0]))
        case _ if isinstance(held, dict):
            held["ajouté"] = 1
    return value


@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_official_schema_refuses_is_refused(seed: int) -> None:
    random = Random(seed)
    agreed = refused = 0
    for _ in range(60):
        value = spoiled(example(random.choice(EXAMPLES)), random)
        try:
            read(value)
        except NotProcurementData as fault:
            assert "expected" not in str(fault).lower() and "object" not in str(fault).lower(), "its words are French"
            refused += 1
            # What we refuse and the schema accepts is a date that does not exist, or the same thing twice beside an unknown one.
            if SCHEMA.is_valid(value):
                assert "« " in str(fault)
        else:
            assert SCHEMA.is_valid(value), value
            agreed += 1
    assert agreed and refused


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "n'est pas du JSON"),
        (b"{", "n'est pas du JSON"),
        (b"[]", "le fichier"),
        (b"{}", "il manque « marches »"),
        (b'{"marches": {}}', "ni « marche » ni"),
        (b'{"marches": {"marche": [{}]}}', "il manque « id » à « marches.marche[0] »"),
        (b"[" * 100_000, "le fichier"),
        (b" " * (MOST_BYTES + 1), "trop lourd"),
    ],
)
def test_any_other_file_is_refused_in_french(data: bytes, words: str) -> None:
    with pytest.raises(NotProcurementData) as fault:
        read_procurement(data)
    assert words in str(fault.value)


def test_a_date_that_does_not_exist_is_refused_though_the_schema_lets_it_through() -> None:
    value = example("marches_avec_modifications")
    value["marches"]["marche"][0]["dateNotification"] = "2024-02-31"
    assert SCHEMA.is_valid(value)
    with pytest.raises(NotProcurementData, match="dateNotification"):
        read(value)
