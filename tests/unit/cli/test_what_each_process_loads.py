"""What stays for as long as the house runs loads nothing it does not use: what is not loaded takes no memory and cannot be misused."""

from __future__ import annotations

import subprocess
import sys

import pytest

WEB = {"starlette", "uvicorn", "jinja2"}
DRAWING = {"typst", "segno", "babel", "zxingcpp", "PIL", "pypdfium2", "numpy"}
LOADED = "import sys, importlib; importlib.import_module(sys.argv[1]); print(*sys.modules)"


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("espace_sante.assembly", {*WEB, *DRAWING, "asyncpg", "cryptography", "espace_sante.keeper"}),
        ("espace_sante.cli.main", {*WEB, *DRAWING, "espace_sante.keeper.process", "espace_sante.cli.words"}),
        (
            "espace_sante.keeper.process",
            {*WEB, "typst", "segno", "zxingcpp", "PIL", "pypdfium2", "espace_sante.formats.letter"},
        ),
        ("espace_sante.jobs.sending", {*WEB, "typst", "segno", "espace_sante.keeper.gathered", "espace_sante.vault"}),
        ("espace_sante.journal.sequencer", {*WEB, *DRAWING, "espace_sante.keeper", "espace_sante.vault.keys"}),
    ],
)
def test_a_process_that_lasts_loads_nothing_it_does_not_use(module: str, never: set[str]) -> None:
    told = subprocess.run([sys.executable, "-c", LOADED, module], capture_output=True, text=True, check=True)
    loaded = set(told.stdout.split())
    assert module in loaded and not loaded & never
