"""Reading one health document: parse, metadata and view, in CPU milliseconds, each document alone and once warm.

On the documents of the demonstration, written by us, and on the real examples that lie beside the project when they are there.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable
from pathlib import Path

from espace_sante.actions.described import describe
from espace_sante.demo.documents import PAPERS, Someone
from espace_sante.demo.writing.sheet import cast
from espace_sante.formats import media
from espace_sante.formats.cda.body import read_body
from espace_sante.formats.cda.header import read_header
from espace_sante.formats.cda.html import render
from espace_sante.formats.cda.reading import read
from espace_sante.formats.code_tables import code_tables

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "interop-fr"
_TIMES = 5


def rows() -> None:
    """Print one row for each set of documents."""
    ours = [
        paper.make(Someone.of(cast()[paper.person])) for paper in PAPERS if media.kind_of(paper.media_type) == "xml"
    ]
    _row("cda (ours)", ours)
    real = [path.read_bytes() for path in sorted(REAL.glob("cda*/*.xml"))]
    if real:
        _row("cda (examples)", real)


def _row(name: str, documents: Iterable[bytes]) -> None:
    spent = [milliseconds(data) for data in documents]
    ordered = sorted(spent)
    print(
        f"{name:<22} {len(spent)} documents, parse + metadata + view: median {statistics.median(spent):.1f} ms, "
        f"p90 {ordered[int(len(ordered) * 0.9)]:.1f} ms, max {ordered[-1]:.1f} ms (CPU)"
    )


def milliseconds(data: bytes) -> float:
    """Return the median CPU milliseconds of reading one document, over some times."""
    _read(data)
    spent = []
    for _ in range(_TIMES):
        began = time.process_time()
        _read(data)
        spent.append((time.process_time() - began) * 1000)
    return statistics.median(spent)


def _read(data: bytes) -> None:
    document = read(data)
    describe(read_header(document), code_tables(), trial=True)
    render(read_body(document))
