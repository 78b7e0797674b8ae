"""`espace-sante witness` and `espace-sante mirror`: what an association runs, on its own computer, beside no house at all.

Also started alone (`python -m espace_sante.cli.watching witness run …`), without loading the rest: half the memory.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import sys
import threading
import time
from argparse import Namespace
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from espace_sante.cli import show
from espace_sante.cli.french import Parser, actions_of, add_json
from espace_sante.cli.log_key import log_key
from espace_sante.journal.notes import NoteKey
from espace_sante.journal.witness_list import is_address
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.listening import inherited_socket
from espace_sante.kernel.on_disk import why
from espace_sante.kernel.plural import how_many
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings, load_settings
from espace_sante.witness.alarm import lift_alarm
from espace_sante.witness.audit import audit
from espace_sante.witness.copying import Copy
from espace_sante.witness.folder import Log, Role, WitnessFolder
from espace_sante.witness.mirror import Mirror, Pace
from espace_sante.witness.page import LogState, sentences, state_of
from espace_sante.witness.server import application, serve
from espace_sante.witness.watch import Watch

Add = Callable[..., Parser]
_WORDS = {
    Role.LIGHT: ("witness", "témoin du journal public : vérifie qu'il ne fait que s'allonger"),
    Role.MIRROR: ("mirror", "miroir du journal public : en garde une copie et vérifie tout"),
}


def register(add: Add) -> None:
    """Add both words, with their actions."""
    for role, (name, sentence) in _WORDS.items():
        word = add(name, sentence, _nothing, json=False)
        word.set_defaults(role=role)
        _add_actions(word, role)


def main(arguments: list[str]) -> int:
    """Run one of the two words, alone; returns the exit code."""
    parser = Parser(prog="espace-sante")
    words = parser.add_subparsers(required=True, dest="commande", parser_class=Parser)
    register(lambda name, _, __, **___: words.add_parser(name))
    try:
        chosen = parser.parse_args(arguments)
        return int(chosen.command(load_settings(os.environ), chosen))
    except SystemExit as stopped:
        return int(stopped.code or 0)
    except OperatorRefusal as refused:
        show.complain(str(refused))
        return 1


def _add_actions(word: Parser, role: Role) -> None:
    who = "témoin" if role is Role.LIGHT else "miroir"

    def add_folder(added: Parser) -> None:
        added.add_argument("--folder", type=Path, required=True, metavar="DOSSIER", help=f"le dossier du {who}")

    action = actions_of(word, add_folder)
    init = action("init", f"crée le {who} : tire sa clé, une fois pour toutes", _init)
    init.add_argument("--name", required=True, metavar="NOM", help="son nom public (temoin.association.example)")
    if role is Role.MIRROR:
        init.add_argument(
            "--from", dest="source", required=True, metavar="ADRESSE", help="adresse publique du journal (…/journal/)"
        )
    follow = action("follow", "suit un journal, désigné par sa clé publique", _follow)
    follow.add_argument("logs", nargs="+", metavar="CLÉ", help="clé du journal ; celle de son index")
    run = action("run", "vérifie et signe, jusqu'à Ctrl-C", _run)
    run.add_argument("--port", type=int, required=True, metavar="PORT", help="port d'écoute, sur 127.0.0.1 seulement")
    run.add_argument("--log", dest="logs", nargs="+", default=(), metavar="CLÉ", help="suit aussi ces journaux")
    run.add_argument(
        "--log-keys",
        type=Path,
        metavar="FICHIER",
        help="suit les journaux de ce fichier, dès qu'il est là (essai)",
    )
    if role is Role.MIRROR:
        run.add_argument(
            "--from",
            dest="source",
            default="",
            metavar="ADRESSE",
            help="adresse du journal, au lieu de celle d'« init »",
        )
        run.add_argument(
            "--every",
            type=float,
            default=60.0,
            metavar="SECONDES",
            help="intervalle entre deux regards au journal (60)",
        )
        checked = action("audit", "recalcule tout depuis les fichiers gardés", _audit)
        add_json(checked)
    status = action("status", "dit ce qui a été signé, et s'il y a une alarme", _status)
    add_json(status)
    resume = action("resume", "lève une alarme, après avoir compris : signe de nouveau", _resume)
    resume.add_argument("origin", metavar="JOURNAL", help="nom du journal, tel que « status » le montre")


def _nothing(_: Settings, __: Namespace) -> int:
    return 2


def _init(_: Settings, chosen: Namespace) -> int:
    source = _source(getattr(chosen, "source", ""))
    folder = WitnessFolder.make(chosen.folder, chosen.name, chosen.role, seed=secrets.token_bytes(32), source=source)
    show.say("Clé publique, à donner à qui tient le journal et à qui vérifie :")
    show.say(str(folder.key))
    show.say(
        f"La clé secrète est {folder.path / 'key'} : gardez-la, ne la copiez pas sur un second ordinateur en marche."
    )
    return 0


def _follow(_: Settings, chosen: Namespace) -> int:
    folder = WitnessFolder.open(chosen.folder, chosen.role)
    for key in _keys(chosen.logs):
        new = folder.follow(key)
        show.say(f"{'Suivi désormais' if new else 'Déjà suivi'} : {key.name}")
    return 0


def _run(_: Settings, chosen: Namespace) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    folder = WitnessFolder.open(chosen.folder, chosen.role)
    with folder.held(), _listener(chosen.port) as listener:
        for key in _keys(chosen.logs):
            folder.follow(key)
        if chosen.log_keys is not None:
            threading.Thread(target=_follow_file, args=(folder, chosen.log_keys), daemon=True).start()
        for state in _states(folder):
            for sentence in sentences(state):
                show.say(f"{state.origin} : {sentence}")

        def ready() -> None:
            show.say(f"prêt http://127.0.0.1:{listener.getsockname()[1]}")

        if chosen.role is Role.LIGHT:
            serve(application(Watch(folder, _now)), listener, ready)
        else:
            mirror = Mirror(
                replace(folder, source=_source(chosen.source) or folder.source),
                _now,
                Pace(look=chosen.every, again=min(5.0, chosen.every)),
            )
            thread = mirror.start()
            serve(application(mirror.watch, mirror), listener, ready)
            mirror.stop()
            thread.join(5)
    return 0


def _status(_: Settings, chosen: Namespace) -> int:
    folder = WitnessFolder.open(chosen.folder, chosen.role)
    states = _states(folder)
    well = all(state.is_well for state in states)
    if chosen.json:
        show.as_json(
            {"name": folder.name, "key": str(folder.key), "well": well, "logs": [state.said() for state in states]}
        )
        return 0 if well else 1
    show.say(f"{folder.name} : {folder.key}")
    for state in states:
        for sentence in sentences(state):
            show.say(f"{state.origin} : {sentence}")
    if not states:
        show.say("Aucun journal n'est suivi : « follow » en ajoute un.")
    show.say(
        "Aucune alarme."
        if well
        else "ALARME : voir alarme.json dans le dossier du journal, et docs/operate/temoins.md."
    )
    return 0 if well else 1


def _resume(_: Settings, chosen: Namespace) -> int:
    folder = WitnessFolder.open(chosen.folder, chosen.role)
    log = folder.log(chosen.origin)
    if log is None:
        raise OperatorRefusal(f"« {chosen.origin} » n'est pas suivi.")
    if not lift_alarm(log.folder):
        raise OperatorRefusal(f"Aucune alarme sur {chosen.origin}.")
    show.say(f"Alarme levée, et gardée dans {log.folder}. {chosen.origin} est signé de nouveau.")
    return 0


def _audit(_: Settings, chosen: Namespace) -> int:
    folder = WitnessFolder.open(chosen.folder, chosen.role)
    found = audit(folder, (lambda _: None) if chosen.json else show.say)
    if chosen.json:
        show.as_json(
            {"journal": found.journal_size, "index": found.index_size, "well": not found.faults, "faults": found.faults}
        )
    elif not found.faults:
        show.say(
            f"Tout est juste : {how_many(found.journal_size, 'ligne')} du journal, {how_many(found.index_size, 'état')} de l'index."
        )
    for fault in () if chosen.json else found.faults:
        show.complain(fault)
    return 1 if found.faults else 0


def _states(folder: WitnessFolder) -> list[LogState]:
    return [state_of(folder, log, _held(folder, log)) for log in folder.logs()]


def _held(folder: WitnessFolder, log: Log) -> int | None:
    """Return how many leaves a mirror holds of a log."""
    return Copy(log, folder.path, "", len).size if folder.role is Role.MIRROR else None


def _source(given: str) -> str:
    if given and not is_address(given, loopback_only_in_clear=False):
        raise OperatorRefusal(f"« {given} » n'est pas une adresse de journal (http://… ou https://…).")
    return given.rstrip("/")


def _keys(texts: Iterable[str]) -> list[NoteKey]:
    return [log_key(text) for text in texts]


def _follow_file(folder: WitnessFolder, path: Path) -> None:
    """Follow the two logs of a file of keys, as the sequencer writes it; waits for it as long as it takes."""
    while True:
        try:
            said = json.loads(path.read_bytes())
            for key in _keys([said["log"], said["index"]]):
                folder.follow(key)
            return
        except OperatorRefusal as refused:
            show.complain(str(refused))
            return
        except (OSError, ValueError, KeyError, TypeError):
            time.sleep(0.5)


def _listener(port: int) -> socket.socket:
    """Return the inherited socket, or a new one on the loopback address."""
    inherited = inherited_socket(os.environ)
    if inherited is not None:
        return inherited
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except (OSError, OverflowError) as fault:
        listener.close()
        reason = why(fault) if isinstance(fault, OSError) else "il va de 0 à 65535"
        raise OperatorRefusal(f"Le port {port} ne peut pas être pris ({reason}).") from None
    listener.listen(128)
    return listener


def _now() -> int:
    return int(utc_now().timestamp())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
