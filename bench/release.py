"""The release of keys alone: demands on the keeper's own socket, no web, at several widths; CPU per 1,000 releases.

Each release is a whole one: decided, its entry committed, the key unwrapped. The wider, the more share one batch; at width 1
each pays for its own. The generator's own CPU is not counted.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence

from bench import cpu, seed
from espace_sante.access.request import ActId, Channel, Proof
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.sign_in import session_of
from espace_sante.keeper import demand as d
from espace_sante.kernel.ids import parse_document_id

WIDTHS = (1, 8, 32)
_STRIDE = 7919  # a prime: neighbours in time are not neighbours in space


async def rows(frame: Frame, pid: int, token: str, people: Sequence[seed.Seeded], seconds: float) -> None:
    """Print one row for each width."""
    print(
        f"{'clés remises':<22} {'conn':>4} {'CPU-s/1000':>10} {'keeper':>6} {'pg':>6} {'par s':>7} {'p50 ms':>7} {'p99 ms':>7}"
    )
    documents = [document for one in people for document in one.documents]
    numbers = itertools.count()
    chosen = (documents[number * _STRIDE % len(documents)] for number in numbers)
    for width in WIDTHS:
        await _run(frame, token, chosen, width, min(1.0, seconds))
        before, begun = cpu.seconds(pid), time.perf_counter()
        taken = await _run(frame, token, chosen, width, seconds)
        wall, after = time.perf_counter() - begun, cpu.seconds(pid)
        keeper, postgres = ((after[name] - before[name]) * 1000 / len(taken) for name in ("keeper", "postgres"))
        taken.sort()
        print(
            f"{'(sans web)':<22} {width:>4} {keeper + postgres:>10.3f} {keeper:>6.3f} {postgres:>6.3f} "
            f"{len(taken) / wall:>7.0f} {taken[len(taken) // 2] * 1000:>7.1f} {taken[len(taken) * 99 // 100] * 1000:>7.1f}"
        )


async def _run(frame: Frame, token: str, chosen: Iterator[str], width: int, seconds: float) -> list[float]:
    """Keep `width` demands under way for some seconds; return how long each release took, in seconds."""
    taken: list[float] = []
    session, until = session_of(token), time.perf_counter() + seconds

    async def one() -> None:
        while (begun := time.perf_counter()) < until:
            person, row = parse_document_id(next(chosen)) or (None, None)
            assert person is not None and row is not None
            request = Request(session, Channel.API, Proof.PROFESSIONAL, f"id:{person.hex}")
            answer, entry, _ = await frame.ask(request, ActId.READ_DOCUMENT, d.ReadParams(row.bytes), d.ReadAnswer)
            assert answer is not None and answer.key and entry  # refused would cost less
            taken.append(time.perf_counter() - begun)

    await asyncio.gather(*[one() for _ in range(width)])
    return taken
