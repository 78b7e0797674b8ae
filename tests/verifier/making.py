"""The product's own maker, given the worlds of the oracle as it is given published files and what the keeper releases."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from espace_sante.journal.index import MemoryIndex
from espace_sante.journal.merkle import EMPTY_ROOT
from espace_sante.journal.notes import NoteKey
from espace_sante.journal.proof import (
    Entry,
    Materials,
    Published,
    SignedHead,
    Year,
    find_indexed,
    make_bundle,
    make_receipt,
    signed_head,
)
from espace_sante.journal.tiles import Read, TiledTree, grow
from espace_sante.kernel.canonical import canonical
from tests.oracles.proof_bundles import Made, Signer, years_of

Files = dict[str, bytes]


def published_files(leaves: Sequence[bytes], cuts: Sequence[int] = ()) -> Files:
    """Return the files of a log, grown batch by batch as its sequencer does."""
    files: Files = {}
    size, root = 0, EMPTY_ROOT
    for start, end in pairwise(sorted({0, *cuts, len(leaves)})):
        growth = grow(files.get, leaves[start:end], size=size, root=root)
        files |= growth.files
        size, root = growth.size, growth.root
    return files


def keys_of(signers: Sequence[Signer]) -> tuple[NoteKey, ...]:
    return tuple(NoteKey.parse(one.vkey) for one in signers)


def heads(made: Made) -> tuple[SignedHead, SignedHead]:
    """Return the two checkpoints of a world, as its first lines have them."""
    known = keys_of([*made.signers.light, *made.signers.mirrors])
    log, index = (NoteKey.parse(one.vkey) for one in (made.signers.log, made.signers.index))
    notes = [str(line["checkpoint"]).encode() for line in made.lines[1:3]]
    return signed_head(notes[0], log, known), signed_head(notes[1], index, known)


def published(made: Made) -> Published:
    """Return what is published of a world, read from files."""
    log, index = heads(made)
    read: Read = published_files(made.public.leaves).get
    epochs: Read = published_files([*made.public.before, made.public.epoch]).get
    found = find_indexed(log.checkpoint, index.checkpoint, epochs)
    tags = MemoryIndex(leaf[1:33] for leaf in made.public.leaves)
    return Published(log, index, found, TiledTree(read, log.checkpoint.size).node, tags.bucket)


def entries(made: Made) -> list[Entry]:
    person = made.person
    return [
        Entry(made.public.leaves.index(leaf), leaf[1:33], leaf[33:], canonical(record))
        for leaf, record in zip(person.leaves, person.records, strict=True)
    ]


def materials(made: Made, shown: Sequence[Entry] | None = None) -> Materials:
    """Return what is hers in a world, of its years; `shown` in place of all her lines."""
    person, lines, of = made.person, entries(made) if shown is None else shown, years_of(made.person)
    first, last = made.years
    years = [
        Year(
            year,
            person.keys.year_key(year),
            person.keys.year_path(person.opening, year),
            [one for one, its in zip(lines, of, strict=False) if its == year],
        )
        for year in range(first, last + 1)
    ]
    return Materials(person.cj, person.opening, person.space, years)


def bundle(made: Made) -> bytes:
    return b"".join(make_bundle(materials(made), published(made)))


def receipt(made: Made, number: int) -> bytes:
    state = published(made)
    return make_receipt(entries(made)[number], state.log, state.node)
