"""`python -m bench.journal`: what the public journal costs, at a million leaves and at sizes that are only simulated.

CPU of this process, nothing of a disk: trees and tiles in memory, the index in a file. pymerkle, which hashes the same trees and
keeps every node in memory, is measured in the same run: read the ratios. LEAVES= shortens a run and says `sample`.
"""

from __future__ import annotations

import hashlib
import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from pymerkle import InmemoryTree, verify_inclusion  # type: ignore[import-untyped]  # ships no types

from espace_sante.journal.index import BucketProof, bits_of, bucket_number, check_bucket
from espace_sante.journal.index_store import IndexStore, IndexView
from espace_sante.journal.merkle import (
    MemoryTree,
    ProofRefused,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
)
from espace_sante.journal.tiles import LEAF_BYTES, TILE_WIDTH, TiledTree, grow, make_leaf

T = TypeVar("T")
MILLION = 1_000_000
BILLION = 1_000_000_000
ROUNDS = 400
BATCHES = (16, 1_000, 4_096)


def rows(size: int) -> None:
    """Measure at this many leaves and print; nothing is asserted."""
    sample = " sample" if size < MILLION else ""
    print(f"journal public : {size} feuilles, puis 10^9 simulées ; CPU d'un processus, graine 1{sample}")
    draw = random.Random(1)
    leaves = [make_leaf(draw.randbytes(32), draw.randbytes(32)) for _ in range(size)]
    files = _tree(leaves)
    _proofs(leaves, files, draw)
    _index([leaf[1:33] for leaf in leaves], draw)
    _billion(draw)


def _tree(leaves: Sequence[bytes]) -> dict[str, bytes]:
    """Append everything, ours and pymerkle's; then the files, in one growth. Returns the files."""
    part = leaves[: min(len(leaves), 200_000)]
    ours, theirs = MemoryTree(), InmemoryTree(algorithm="sha256")
    mine = _seconds(lambda: [ours.append(leaf_hash(leaf)) for leaf in part])  # type: ignore[func-returns-value]  # called for its effect
    other = _seconds(lambda: [theirs.append_entry(leaf) for leaf in part])
    _row("ajouter, une à une", len(part) / mine, "par s", len(part) / other)
    files: dict[str, bytes] = {}
    grown = []
    spent = _seconds(lambda: grown.append(grow(files.get, leaves, size=0, root=hashlib.sha256().digest())))
    files.update(grown[0].files)
    _row(f"écrire les fichiers de {len(leaves)} feuilles", len(leaves) / spent, "par s")
    size, root = grown[0].size, grown[0].root
    for count in BATCHES:
        batch = [make_leaf(os.urandom(32), os.urandom(32)) for _ in range(count)]
        _row(f"un lot de {count}", _mean(lambda b=batch: grow(files.get, b, size=size, root=root), 20) * 1e3, "ms")  # type: ignore[misc]  # bound now
    return files


def _proofs(leaves: Sequence[bytes], files: dict[str, bytes], draw: random.Random) -> None:
    size = len(leaves)
    tree = TiledTree(files.get, size)
    root = tree.root
    picked = [draw.randrange(size) for _ in range(ROUNDS)]
    small = InmemoryTree(algorithm="sha256")
    part = min(size, 200_000)
    for leaf in leaves[:part]:
        small.append_entry(leaf)
    near = [i % part for i in picked]
    small.get_root(part)

    cold = _each(lambda i: inclusion_proof(TiledTree(files.get, size).node, i, size), picked)
    warm = _each(lambda i: inclusion_proof(tree.node, i, size), picked)
    theirs = _each(lambda i: small.prove_inclusion(i + 1, part), near)
    _row("preuve qu'une ligne y est, fichiers froids", cold * 1e3, "ms")
    _row("la même, fichiers lus", warm * 1e3, "ms", theirs * 1e3)
    paths = {i: inclusion_proof(tree.node, i, size) for i in picked}
    mine = _each(lambda i: check_inclusion(leaf_hash(leaves[i]), paths[i], index=i, size=size, root=root), picked)
    state = small.get_root(part)
    known = {i: (small.get_leaf(i + 1), small.prove_inclusion(i + 1, part)) for i in near}
    other = _each(lambda i: verify_inclusion(known[i][0], state, known[i][1]), near)
    _row("la vérifier", mine * 1e6, "µs", other * 1e6)
    print(f"  taille : {32 * max(map(len, paths.values()))} octets ; pymerkle sur {part} feuilles, tout en mémoire")
    older = [draw.randrange(1, size) for _ in range(ROUNDS)]
    _row("preuve que l'arbre a grandi", _each(lambda m: consistency_proof(tree.node, m, size), older) * 1e3, "ms")


def _index(tags: Sequence[bytes], draw: random.Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.db"
        store = IndexStore.open(path, writable=True)
        spent = _seconds(lambda: _grown(store, tags))
        _row(f"index de {len(tags)} étiquettes, d'un coup", len(tags) / spent, "par s")
        print(f"  fichier : {path.stat().st_size / 1e6:.0f} Mo")
        for count in BATCHES:
            more = [draw.randbytes(32) for _ in range(count)]
            _row(f"l'index, un lot de {count}", _seconds(lambda m=more: _grown(store, m)) * 1e3, "ms")  # type: ignore[misc]  # bound now
        size = store.size
        later = [draw.randbytes(32) for _ in range(BATCHES[-1])]
        _grown(store, later)
        view = store.view(size, lambda _: later)
        spent = _seconds(lambda: view.root)
        _row(f"revenir {len(later)} étiquettes en arrière", spent * 1e3, "ms")
        absent = [draw.randbytes(32) for _ in range(ROUNDS)]
        _row("preuve qu'aucune n'est cachée", _each(view.bucket, absent) * 1e3, "ms")
        _absences(view, absent)
        store.close()


def _absences(view: IndexView, absent: Sequence[bytes]) -> None:
    root = view.root
    shown = {tag: view.bucket(tag) for tag in absent}
    spent = _each(lambda tag: check_bucket(shown[tag], tag, bits=view.bits, root=root), absent)
    _row("la vérifier", spent * 1e6, "µs")
    sizes = [32 * (len(one.tags) + len(one.path)) for one in shown.values()]
    print(f"  taille : {sum(sizes) / len(sizes):.0f} octets en moyenne, {max(sizes)} au plus ; k = {view.bits}")


def _billion(draw: random.Random) -> None:
    """Proofs as they would be at 10⁹ leaves: tiles drawn when they are read, the same work whatever they hold."""
    index, size = draw.randrange(BILLION), BILLION
    drawn = hashlib.sha256(b"tile").digest() * TILE_WIDTH

    def read(path: str) -> bytes:
        width = int(path.rpartition(".p/")[2]) if ".p/" in path else TILE_WIDTH
        return drawn[: 32 * width]

    made = _mean(lambda: inclusion_proof(TiledTree(read, size).node, index, size), 100)
    path = inclusion_proof(TiledTree(read, size).node, index, size)
    _row("10^9 : preuve qu'une ligne y est, fichiers froids", made * 1e3, "ms")
    _row("10^9 : la vérifier", _mean(lambda: _climb(path, index, size), 400) * 1e6, "µs")
    bits = bits_of(size)
    tag = draw.randbytes(32)
    bucket = sorted(_in_bucket(tag, bits, draw) for _ in range(size >> bits))
    proof = BucketProof(tuple(bucket), tuple(draw.randbytes(32) for _ in range(bits)))
    _row("10^9 : vérifier qu'aucune n'est cachée", _mean(lambda: _look(proof, tag, bits), 400) * 1e6, "µs")
    absent = 32 * (len(bucket) + bits)
    print(f"  tailles : {32 * len(path)} octets (elle y est), {absent} octets (aucune n'est cachée, k = {bits}) ;")
    print(
        f"  un dossier de 200 lignes : {(200 * (32 * len(path) + 600) + 264 * absent) * 2 / 1e3:.0f} ko en hexadécimal"
    )
    print(f"  tout garder : {BILLION * (LEAF_BYTES + 2 + 32) / 1e9:.0f} Go de feuilles et d'arbre")


def _climb(path: Sequence[bytes], index: int, size: int) -> None:
    try:
        check_inclusion(bytes(32), path, index=index, size=size, root=bytes(32))
    except ProofRefused:
        return  # the root of drawn tiles is nobody's: all the steps were made


def _look(proof: BucketProof, tag: bytes, bits: int) -> None:
    try:
        check_bucket(proof, tag, bits=bits, root=bytes(32))
    except ProofRefused:
        return


def _in_bucket(tag: bytes, bits: int, draw: random.Random) -> bytes:
    drawn = int.from_bytes(draw.randbytes(32), "big") & (1 << 256 - bits) - 1
    return (bucket_number(tag, bits) << 256 - bits | drawn).to_bytes(32, "big")


def _grown(store: IndexStore, tags: Sequence[bytes]) -> None:
    store.grown(tags)
    store.commit()


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _mean(work: Callable[[], object], rounds: int) -> float:
    return _seconds(lambda: [work() for _ in range(rounds)]) / rounds


def _each(work: Callable[[T], object], over: Sequence[T]) -> float:
    return _seconds(lambda: [work(one) for one in over]) / len(over)


def _row(name: str, value: float, unit: str, other: float | None = None) -> None:
    beside = "" if other is None else f"   pymerkle {other:.2f}   rapport {value / other:.2f}"
    print(f"{name:<52} {value:>14.2f} {unit}{beside}")


if __name__ == "__main__":
    rows(int(os.environ.get("LEAVES") or MILLION))
