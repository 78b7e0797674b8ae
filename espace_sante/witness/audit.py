"""Recomputes everything a mirror keeps, from its files alone: what it would have to be if it had said the truth."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from espace_sante.journal.index_store import IndexStore
from espace_sante.journal.merkle import EMPTY_ROOT, Frontier, leaf_hash, root_over
from espace_sante.journal.padding import PaddingRefused
from espace_sante.journal.tiles import TILE_WIDTH, Tile, TileRefused, files_of_growth, unpack_bundle
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.witness.alarm import standing_alarm
from espace_sante.witness.checking import Checker, NotYet
from espace_sante.witness.copying import Copy, Wrong
from espace_sante.witness.folder import WitnessFolder
from espace_sante.witness.mirror import copies_of, is_tag, pair
from espace_sante.witness.padding import Settled, explained, kept


@dataclass(frozen=True, slots=True)
class Audit:
    """What was recomputed, and what does not hold; nothing wrong when `faults` is empty."""

    journal_size: int
    index_size: int
    faults: tuple[str, ...]


def audit(folder: WitnessFolder, tell: Callable[[str], None]) -> Audit:
    """Recompute the hashes of every leaf, the tags and every index root. Never changes what is kept."""
    logs = pair(folder)
    if logs is None:
        raise OperatorRefusal("Ce miroir ne suit encore aucun journal.")
    journal, index = copies_of(folder, logs)
    faults = [f"Alarme en cours sur {log.key.name}." for log in logs if standing_alarm(log.folder)]
    for copy in (journal, index):
        tell(f"{copy.log.key.name} : {copy.size} lignes à recalculer")
        faults += _faults(folder, copy)
    if not faults:
        tell("étiquettes, index et clés des fausses lignes à recalculer")
        faults += _index(folder, journal, index)
    return Audit(journal.size, index.size, tuple(faults))


def _faults(folder: WitnessFolder, copy: Copy) -> list[str]:
    try:
        return _files(copy) or _signed(folder, copy)
    except TileRefused as damaged:
        return [f"{copy.log.key.name} : {damaged}."]


def _files(copy: Copy) -> list[str]:
    """Recompute the whole tree from its bundles, level by level, and compare with each tile."""
    name, frontier = copy.log.key.name, Frontier()
    rows: dict[int, list[bytes]] = {}
    for tile in files_of_growth(0, copy.size):
        content = copy.published(tile.path)
        if content is None:
            return [f"{name} : il manque {tile.path}."]
        if tile.level is None:
            hashes = [leaf_hash(leaf) for leaf in unpack_bundle(content, tile.width)]
            frontier = frontier.extended(hashes)
            rows.setdefault(0, []).extend(hashes)
        elif content != _expected(rows, tile):
            return [f"{name} : {tile.path} n'est pas celui des lignes."]
    return [] if frontier.root == copy.root else [f"{name} : les lignes ne donnent pas l'état signé."]


def _expected(rows: dict[int, list[bytes]], tile: Tile) -> bytes:
    assert tile.level is not None
    begin = tile.index * TILE_WIDTH
    hashes = rows[tile.level][begin : begin + tile.width]
    if tile.width == TILE_WIDTH:
        rows.setdefault(tile.level + 1, []).append(root_over(hashes))
    return b"".join(hashes)


def _signed(folder: WitnessFolder, copy: Copy) -> list[str]:
    """Check that what we cosigned is within what is held, and of the same tree."""
    try:
        known = folder.known(copy.log)
    except OperatorRefusal as damaged:
        return [str(damaged)]
    if known is None:
        return []
    size, root = known.checkpoint.size, known.checkpoint.root
    if size > copy.size or (copy.root_at(size) if size else EMPTY_ROOT) != root:
        return [f"{copy.log.key.name} : l'état que nous avons signé n'est pas celui des lignes gardées."]
    return []


def _index(folder: WitnessFolder, journal: Copy, index: Copy) -> list[str]:
    with tempfile.TemporaryDirectory(dir=journal.log.folder) as place:
        store = IndexStore.open(Path(place) / "tags.sqlite", writable=True)
        try:
            checker = Checker(journal, index, store, None)
            checker.check_index(index.size)
            checker.check_tags(journal.size)
            settled = Settled()
            for told in kept(folder.path):
                settled = explained(told, journal, index, settled, partial(is_tag, store))
        except PaddingRefused:
            return ["Une clé de fausses lignes, gardée ici, est abîmée."]
        except Wrong as wrong:
            return [f"{wrong.fault.value} : {wrong.detail}."]
        except NotYet:
            return ["L'index parle de lignes qui ne sont pas gardées."]
        finally:
            store.close()
    return []
