"""`python -m bench.letters`: a thousand two-page tagged letters, drawn by two processes. CPU seconds and seconds. Source: LET-08.

Needs no house: the letters are those of the tests, of somebody invented. COUNT= makes a short run that says `sample`.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from espace_sante.cli.mailroom import PROCESSES, SIZE
from espace_sante.keeper.demand import PrintedAnswer
from espace_sante.kernel.clock import utc_now
from espace_sante.web.operator.letter_batches import Batch, Job, drawn, job_of
from espace_sante.web.operator.letter_bundle import made
from tests.letters_drawn import KINDS, WRITER

WHOLE = 1000


def main() -> int:
    """Draw them, and print what it took."""
    count = int(os.environ.get("COUNT") or WHOLE)
    begun, used = time.perf_counter(), time.process_time()
    printed = [PrintedAnswer(f"{number:032x}", (KINDS["emergency"],)) for number in range(count)]
    letters = made(WRITER, printed)
    words = time.perf_counter() - begun
    groups = [letters[start : start + SIZE] for start in range(0, count, SIZE)]
    jobs = [job_of(WRITER, group, f"{place:012X}", utc_now()) for place, group in enumerate(groups)]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("forkserver")) as pool:
        done = list(pool.map(_timed, jobs))
    batches = [batch for batch, _ in done]
    took, cpu = time.perf_counter() - begun, time.process_time() - used + sum(each for _, each in done)
    pages = {line.pages for batch in batches for line in batch.lines}
    assert pages == {2}, "two pages each"
    assert all(_is_tagged(batch) for batch in batches)
    sample = "" if count >= WHOLE else " sample"
    print(
        f"{count} lettres de deux pages balisées en {len(batches)} lots, {PROCESSES} processus : {cpu:.1f} s CPU,"
        f" {took:.1f} s ({words:.1f} s pour les mots){sample}"
    )
    return 0


def _timed(job: Job) -> tuple[Batch, float]:
    """Draw one batch; the threads that draw it are counted, the start of the process is not."""
    begun = time.process_time()
    return drawn(job), time.process_time() - begun


def _is_tagged(batch: Batch) -> bool:
    return b"<pdfuaid:part>1</pdfuaid:part>" in batch.pdf and b"/StructTreeRoot" in batch.pdf


if __name__ == "__main__":
    raise SystemExit(main())
