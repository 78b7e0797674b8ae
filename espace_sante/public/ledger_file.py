"""The ledger as a file: read with its seals checked, lengthened by whole lines, never rewritten.

Source: docs/specs/ledger.md.
"""

from __future__ import annotations

import csv
import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import lru_cache
from io import StringIO
from pathlib import Path

from espace_sante.access.request import ActId
from espace_sante.kernel.decided import HOW
from espace_sante.kernel.on_disk import why
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.public.ledger import (
    COLUMNS,
    COLUMNS_BEFORE,
    Damaged,
    Entry,
    Ledger,
    Nature,
    Post,
    Said,
    Way,
    refuse_badly_said,
    refuse_words,
    seal_of,
)

FOLDER, FILE = "ledger", "registre.csv"

_ACTS = frozenset(act.value for act in ActId)
# In cents, of a line that names one act.
_ROUND, _LEAST = 10_000, 100_000


def read_ledger(text: str) -> Ledger | Damaged:
    """Read a ledger: each line whole, numbered in order, bound by its seal to those before. Never raises."""
    if not text:
        return Damaged(1, "la première ligne ne dit pas les colonnes")
    try:
        head, *rows = csv.reader(StringIO(text, newline=""))
    except csv.Error:
        return Damaged(1, "le fichier ne se lit pas")
    columns = tuple(head)
    if columns not in (COLUMNS, COLUMNS_BEFORE):
        return Damaged(1, "la première ligne ne dit pas les colonnes")
    entries: list[Entry] = []
    for place, row in enumerate(rows, 2):
        try:
            entry = _entry(dict(zip(columns, row, strict=True)))
            refuse_out_of_place(tuple(entries), entry)
        except OperatorRefusal as refused:
            return Damaged(place, str(refused))
        except ValueError:
            return Damaged(place, "la ligne ne se lit pas")
        if entry.seal != seal_of(entries[-1].seal if entries else "", entry.cells()):
            return Damaged(place, "l'empreinte ne s'accorde pas avec ce qui précède")
        entries.append(entry)
    ledger = Ledger(tuple(entries))
    return (
        ledger if _written(ledger, columns) == text else Damaged(1, "le fichier n'est pas écrit comme il doit l'être")
    )


def as_csv(ledger: Ledger) -> str:
    """Return the ledger as it is kept and published."""
    return _written(ledger, COLUMNS)


def _written(ledger: Ledger, columns: tuple[str, ...]) -> str:
    written = StringIO(newline="")
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(columns)
    places = [COLUMNS.index(column) for column in columns]
    rows.writerows([entry.cells()[place] for place in places] for entry in ledger.entries)
    return written.getvalue()


def with_line(ledger: Ledger, said: Said, today: date, *, corrects: int = 0, reason: str = "") -> Ledger:
    """Return the ledger and one more line. Raises OperatorRefusal when it cannot stand there."""
    refuse_badly_said(said)
    refuse_telling(said)
    if not said.decision:
        raise OperatorRefusal(f"{HOW} Rien n'est inscrit.")
    bare = Entry(number=len(ledger.entries) + 1, written_on=today, said=said, corrects=corrects, reason=reason)
    refuse_out_of_place(ledger.entries, bare)
    place = corrects
    while place:  # what it corrects, what that one corrected, and so on: all of them stay public
        before = ledger.entries[place - 1]
        refuse_telling_of(before.said, said)
        place = before.corrects
    return Ledger((*ledger.entries, replace(bare, seal=seal_of(ledger.seal, bare.cells()))))


def refuse_telling(said: Said) -> None:
    """Raise OperatorRefusal for a line of one act whose exact amount would tell how many did it, at a price known: stamps, paper.

    Such a line is a whole number of hundreds of euros, 1,000 at least: eleven acts at 90 euros each, or hundreds of stamps.
    """
    if not said.act:
        return
    if said.act not in _ACTS:
        raise OperatorRefusal(
            f"« {said.act} » n'est pas une démarche : écrivez son nom dans les données (open_space, block…). Rien n'est inscrit."
        )
    if said.cents % _ROUND or 0 < abs(said.cents) < _LEAST:
        raise OperatorRefusal(
            "Une ligne qui nomme une démarche est un nombre rond de centaines d'euros, mille au moins : exacte, elle dirait combien de"
            " personnes l'ont faite. Écrivez le reste sur une ligne sans démarche. Rien n'est inscrit."
        )


def refuse_telling_of(before: Said, after: Said) -> None:
    """Raise OperatorRefusal for a correction after which an exact amount and one act stand side by side: both lines stay public."""
    if before.act == after.act:
        return
    refuse_telling(replace(before, act=before.act or after.act))
    refuse_telling(replace(after, act=after.act or before.act))


def refuse_out_of_place(before: Sequence[Entry], entry: Entry) -> None:
    """Raise OperatorRefusal when a line cannot follow those before it."""
    refuse_words("motif", entry.reason)
    if entry.number != len(before) + 1:
        raise OperatorRefusal("Les lignes se suivent par leur numéro. Rien n'est inscrit.")
    if before and entry.written_on < before[-1].written_on:
        raise OperatorRefusal("Une ligne ne peut pas être inscrite avant celle qui la précède. Rien n'est inscrit.")
    if before and before[-1].said.decision and not entry.said.decision:
        raise OperatorRefusal("Une ligne dit quelle décision l'a voulue. Rien n'est inscrit.")
    if bool(entry.corrects) is not bool(entry.reason):
        raise OperatorRefusal("Une correction dit quelle ligne et pourquoi (motif). Rien n'est inscrit.")
    if not entry.corrects:
        return
    if not 1 <= entry.corrects <= len(before):
        raise OperatorRefusal(f"Il n'y a pas de ligne {entry.corrects}. Rien n'est inscrit.")
    after = Ledger(tuple(before)).corrected.get(entry.corrects)
    if after is not None:
        raise OperatorRefusal(
            f"La ligne {entry.corrects} est déjà corrigée par la ligne {after} : corrigez celle-ci. Rien n'est inscrit."
        )
    if before[entry.corrects - 1].said.nature is not entry.said.nature:
        raise OperatorRefusal("Une correction garde la nature de la ligne. Rien n'est inscrit.")


def ledger_of(home: Path) -> Ledger | Damaged:
    """Return the ledger of an instance; empty as long as nothing was written in it."""
    path = home / FOLDER / FILE
    try:
        found = path.stat()
    except FileNotFoundError:
        return Ledger()
    return _kept(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=2)
def _kept(path: Path, _changed: int, _size: int) -> Ledger | Damaged:
    try:
        return read_ledger(path.read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError):
        return Damaged(1, "le fichier ne se lit pas")


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Keep every other writer of this ledger waiting."""
    folder = home / FOLDER
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def keep(home: Path, ledger: Ledger) -> None:
    """Write the ledger whole, or not at all. Raises OperatorRefusal; call it `alone`."""
    path, unfinished = home / FOLDER / FILE, home / FOLDER / f".{FILE}.part"
    try:
        with unfinished.open("wb") as file:
            file.write(as_csv(ledger).encode())
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(0o644)  # public; every process reads it
        unfinished.rename(path)
    except OSError as fault:
        unfinished.unlink(missing_ok=True)
        raise OperatorRefusal(f"{path.parent} ne s'écrit pas : {why(fault)}. Rien n'est inscrit.") from None


def _entry(cells: Mapping[str, str]) -> Entry:
    """Read a line. Raises ValueError."""
    said = Said(
        nature=Nature(cells["nature"]),
        post=Post(cells["poste"]),
        way=Way(cells["voie"]),
        act=cells["demarche"],
        what=cells["objet"],
        paid_to=cells["organisme"],
        funded_by=cells["financeur"],
        contract=cells["marche"],
        start=date.fromisoformat(cells["debut"]),
        end=date.fromisoformat(cells["fin"]),
        cents=int(cells["centimes"]),
        staff_hundredths=int(cells["etp_centiemes"]),
        source=cells["source"],
        decision=cells.get("decision", ""),
    )
    refuse_badly_said(said)
    return Entry(
        number=int(cells["numero"]),
        written_on=date.fromisoformat(cells["inscrit_le"]),
        said=said,
        corrects=int(cells["corrige"] or 0),
        reason=cells["motif"],
        seal=cells["empreinte"],
    )
