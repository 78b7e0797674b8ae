"""The mail room's batches: letters printed by the hundred into a folder, sealed to a printer outside when there is one.

Started again after a stop, it goes on: what was journaled as printed and stands in no batch of the folder is printed again,
under the same numbers. Guarantee: G4, G10. Source: docs/decisions/0062; docs/specs/batch.md.
"""

from __future__ import annotations

import json
import os
import secrets
from argparse import Namespace
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

import msgspec

from espace_sante.actions.party_said import nobody_named
from espace_sante.adapters.printer import (
    NotABatch,
    NotAKey,
    new_keys,
    opened_batch,
    public_key,
    sealed_batch,
    secret_key,
)
from espace_sante.channels.paper import UNDO
from espace_sante.cli.arguments import Add, add_account, file_path
from espace_sante.cli.client import Client
from espace_sante.cli.doing import account_token
from espace_sante.cli.letters import said, tried
from espace_sante.cli.progress import counted, counted_of
from espace_sante.cli.scans import read_scans
from espace_sante.keeper.demand import LettersAnswer, PrintedAnswer
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.on_disk import make_folder, refuse_unwritable
from espace_sante.kernel.plural import how_many
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.web.operator.letter_batches import Batch, Job, drawn, job_of, may_leave
from espace_sante.web.operator.letter_bundle import Made, made
from espace_sante.web.operator.letter_files import archive
from espace_sante.web.operator.letter_words import Writer

SIZE = 200  # letters of one batch: what one person folds in a morning, and a file that opens at once
PROCESSES = 2
_STATE = "suite.json"
_SEALED = ".lot"


@dataclass(frozen=True, slots=True)
class Folder:
    """Where batches are written, and which printings stand in one already: random numbers, no name."""

    path: Path

    def noted(self, what: str) -> set[str]:
        """Return the printings that were "started" for this folder, or are "done": they stand in a whole batch of it."""
        file = self.path / _STATE
        return set(json.loads(file.read_text())[what]) if file.exists() else set()

    def note(self, what: str, numbers: Sequence[str]) -> None:
        """Note printings, so that a stop at any moment loses none and doubles none."""
        state = {each: sorted(self.noted(each) | set(numbers if each == what else ())) for each in ("started", "done")}
        fresh = self.path / f"{_STATE}.nouveau"
        fresh.write_text(json.dumps(state))
        os.replace(fresh, self.path / _STATE)

    def write(self, name: str, data: bytes) -> None:
        """Write a file that its owner alone reads."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.write_bytes(data)
        target.chmod(0o600)


def mailroom(settings: Settings, chosen: Namespace) -> int:
    """Print batches; make the keys of a printer; open what was sealed to one; read what came back."""
    return {"print": _print, "key": _key, "open": _open, "read": read_scans}[chosen.what](settings, chosen)


def _print(settings: Settings, chosen: Namespace) -> int:
    printer = _printer_of(chosen)
    client = Client.of(settings)
    token = account_token(client, chosen.as_account, "accueil")
    folder = Folder(chosen.output)
    make_folder(folder.path, 0o700)
    written: list[dict[str, object]] = []
    while numbers := _numbers(client, token, folder, chosen.size):
        folder.note("started", [number for number, _ in numbers])
        printed = [
            (number, answer)
            for number, again in counted(numbers, "Impression")
            if (answer := tried(client, token, "print_letter", {"letter": number, "again": again})) is not None
        ]
        written += _batches(settings, folder, [msgspec.convert(a, PrintedAnswer) for _, a in printed], printer)
        folder.note("done", [number for number, _ in numbers])
    count = sum(int(str(one["letters"])) for one in written)
    words = f"{how_many(count, 'lettre')} en {how_many(len(written), 'lot')} dans {folder.path}."
    words += " Une fois à la poste : espace-sante letters --posted"
    return said(chosen, {"batches": written, "letters": count}, words if written else "Rien à imprimer.")


def _numbers(client: Client, token: str, folder: Folder, size: int) -> list[tuple[str, str]]:
    """Return the next printings to do, and whether each was printed before a stop."""
    listed = msgspec.convert(client.act("list_letters", {}, token=token)["result"], LettersAnswer)
    done = folder.noted("done")
    begun = folder.noted("started") - done
    left = [(one, "yes") for one in listed.printed if one in begun]  # printed for this folder, and in no batch of it
    waiting = [(one, "no") for one in listed.waiting if one not in done]
    return (left + waiting)[: size * PROCESSES]


def _batches(
    settings: Settings, folder: Folder, printed: Sequence[PrintedAnswer], printer: bytes | None
) -> list[dict[str, object]]:
    writer = Writer(settings, nobody_named, {act.value: words for act, words in UNDO.items()})
    letters = made(writer, printed)
    outside = [one for one in letters if printer is not None and may_leave(one)]
    inside = [one for one in letters if printer is None or not may_leave(one)]
    now = utc_now()
    jobs = [(job, None) for job in _jobs(writer, inside, now)] + [(job, printer) for job in _jobs(writer, outside, now)]
    found: list[dict[str, object]] = []
    if not jobs:
        return found
    with ProcessPoolExecutor(min(PROCESSES, len(jobs)), mp_context=get_context("forkserver")) as pool:
        batches = pool.map(drawn, [job for job, _ in jobs])
        for batch, (_, key) in zip(counted_of(batches, len(jobs), "Lots"), jobs, strict=True):
            found.append(_keep(folder, batch, key))
    return found


def _jobs(writer: Writer, letters: Sequence[Made], now: datetime) -> list[Job]:
    half = max(1, min(SIZE, -(-len(letters) // PROCESSES)))
    groups = [letters[start : start + half] for start in range(0, len(letters), half)]
    return [job_of(writer, group, secrets.token_hex(6).upper(), now) for group in groups]


def _keep(folder: Folder, batch: Batch, printer: bytes | None) -> dict[str, object]:
    """Write one batch: open when it is printed here, sealed when it leaves; its manifest beside it either way."""
    files = batch.all_files()
    if printer is None:
        for name, data in files.items():
            folder.write(f"lot-{batch.number}/{name}", data)
    else:
        sealed = sealed_batch(printer, batch.number, archive(files, batch.at))
        folder.write(f"lot-{batch.number}{_SEALED}", sealed)
        folder.write(f"lot-{batch.number}.json", batch.manifest())
    pages = sum(one.pages for one in batch.lines)
    return {"batch": batch.number, "letters": len(batch.lines), "pages": pages, "sealed": printer is not None}


def _printer_of(chosen: Namespace) -> bytes | None:
    if chosen.output is None:
        raise OperatorRefusal("Dites dans quel dossier : --output dossier.")
    if chosen.printer is None:
        return None
    try:
        return public_key(chosen.printer.read_text())
    except (OSError, UnicodeDecodeError, NotAKey):
        raise OperatorRefusal(f"{chosen.printer} n'est pas la clé publique d'un imprimeur.") from None


def _key(settings: Settings, chosen: Namespace) -> int:
    """Make the keys of a printer: the secret one stays with it, the other is given to the operator."""
    if chosen.output is None or chosen.output.exists():
        raise OperatorRefusal("Dites dans quel fichier nouveau garder la clé secrète : --output imprimeur.cle.")
    refuse_unwritable(chosen.output)
    secret, public = new_keys()
    descriptor = os.open(chosen.output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret)
    beside = chosen.output.with_name(f"{chosen.output.name}.pub")
    beside.write_text(public)
    words = f"La clé secrète est dans {chosen.output} : elle ne quitte pas l'imprimeur. Donnez {beside} à l'organisme."
    return said(chosen, {"secret": str(chosen.output), "public": str(beside)}, words)


def _open(settings: Settings, chosen: Namespace) -> int:
    """Open a batch that was sealed to this printer, into a folder."""
    if chosen.file is None or chosen.key is None or chosen.output is None:
        raise OperatorRefusal(
            "Dites quel lot, avec quelle clé, dans quel dossier : open lot.lot --key imprimeur.cle --output dossier."
        )
    try:
        number, files = opened_batch(secret_key(chosen.key.read_text()), chosen.file.read_bytes())
    except NotAKey:
        raise OperatorRefusal(f"{chosen.key} n'est pas la clé secrète d'un imprimeur.") from None
    except NotABatch:
        raise OperatorRefusal("Ce lot ne s'ouvre pas : il est pour quelqu'un d'autre, ou abîmé.") from None
    except (OSError, UnicodeDecodeError):
        raise OperatorRefusal("Un de ces fichiers ne se lit pas.") from None
    folder = Folder(chosen.output / f"lot-{number}")
    make_folder(folder.path, 0o700)
    for name, data in files.items():
        folder.write(name, data)
    return said(chosen, {"batch": number, "files": sorted(files)}, f"Le lot {number} est ouvert dans {folder.path}.")


def register(add: Add) -> None:
    """Add the word about batches."""
    word = add("mailroom", "imprime les lettres par lots, scellés pour un imprimeur du dehors s'il y en a un", mailroom)
    word.add_argument(
        "what",
        choices=("print", "key", "open", "read"),
        help="print : imprime ; key : les clés d'un imprimeur ; open : ouvre un lot ; read : lit et scelle les coupons scannés",
    )
    word.add_argument(
        "file", nargs="?", type=file_path, metavar="LOT", help="avec open : le lot scellé ; avec read : le dossier"
    )
    add_account(word)
    word.add_argument("--output", type=file_path, metavar="DOSSIER", help="où écrire (un fichier nouveau pour key)")
    word.add_argument(
        "--printer", type=file_path, metavar="FICHIER", help="avec print : la clé publique de l'imprimeur du dehors"
    )
    word.add_argument("--key", type=file_path, metavar="FICHIER", help="avec open : la clé secrète de l'imprimeur")
    word.add_argument("--size", type=int, default=SIZE, metavar="N", help=f"avec print : lettres par lot ({SIZE})")
    word.add_argument("--watch", action="store_true", help="avec read : recommence, jusqu'à Ctrl-C")
    word.add_argument(
        "--postmark", default="", metavar="AAAA-MM-JJ", help="avec read : le cachet de la poste de ce lot"
    )
