"""Figures given from elsewhere: the program that does them again, and the site, refuse what the rules never publish."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from espace_sante.actions.indicators import read_indicators
from espace_sante.kernel.refusal import OperatorRefusal

VERIFIER = Path(__file__).parents[2] / "verifier" / "indicators.py"
HEAD = "periode,serie,departement,au_moins,au_plus\n"


@pytest.mark.parametrize(
    "rows",
    [
        "2026-01,letter-late,non précisé,12,16\n",  # a range of five that is none of the published ones: 12..15 with 11 to 15
        "2026-01,letter-late,non précisé,11,15\n2026-01,letter-late,non précisé,16,20\n",
        "2026-01,read-own,non précisé,331,335\n2026-01-01,read-own,non précisé,11,15\n",  # a month beside a day of it
    ],
)
def test_the_program_refuses_cells_that_are_rounded_otherwise_or_stand_twice(rows: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", str(VERIFIER), "publie", str(path)], capture_output=True, check=False)
    assert done.returncode == 1 and done.stdout == b"" and done.stderr.startswith(b"Refus")


def test_a_cell_too_large_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(HEAD + '"' + "a" * 200_000, encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", str(VERIFIER), "publie", str(path)], capture_output=True, check=False)
    assert done.returncode == 1 and b"Traceback" not in done.stderr


DAYS = [{"period": f"2026-01-{day:02d}", "kind": "read-own", "number": 15} for day in range(1, 31)]


@pytest.mark.parametrize(
    "cells",
    [
        # Thirty days and their month: the thirty-first, fewer than eleven, is found by a subtraction.
        [{"period": "2026-01", "kind": "read-own", "number": 455}, *DAYS],
        [*DAYS, {"period": "2026-01-31", "kind": "read-own", "number": None}],
        [{"period": "2026-01", "kind": "read-own", "number": n} for n in (15, 20)],
        # Closings without the openings that would explain them tell how many openings are hidden.
        [
            *(
                {"period": "2026-01", "kind": f"open_space:{way}", "number": None}
                for way in ("web", "api", "counter", "paper", "phone")
            ),
            {"period": "2026-01", "kind": "close_space:web", "number": 15},
            *(
                {"period": "2026-01", "kind": f"close_space:{way}", "number": None}
                for way in ("api", "counter", "paper", "phone")
            ),
        ],
        [{"period": "2026-13", "kind": "read-own", "number": 15}],
    ],
)
def test_the_site_refuses_cells_that_the_rules_never_publish_together(cells: list[dict[str, object]]) -> None:
    with pytest.raises(OperatorRefusal):
        read_indicators(json.dumps({"cells": cells}))
