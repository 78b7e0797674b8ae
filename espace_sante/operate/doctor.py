"""What holds on this machine and what does not, said plainly before anybody trusts it.

Reads the state folder and the machine; changes nothing, starts nothing, opens no key.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import pwd
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import asyncpg

from espace_sante.access.matrix_cells import published
from espace_sante.access.matrix_files import MatrixUnreadable
from espace_sante.kernel.i18n import Language, say_size
from espace_sante.kernel.plural import how_many
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Environment, Settings
from espace_sante.operate.accounts import Process, account_of, is_separated
from espace_sante.operate.backup import LAST
from espace_sante.operate.binaries import data_major, find_binaries
from espace_sante.operate.card import running_instance
from espace_sante.operate.debate import code_key_path, log_seed_path
from espace_sante.operate.folders import INSTANCES, secret_path
from espace_sante.operate.free_contact import not_free
from espace_sante.operate.log_keys import SEEDS, seed_path
from espace_sante.operate.reckoned import reckoned
from espace_sante.operate.roles import ROLES
from espace_sante.operate.unpublished import unpublished_since, witnesses_that_differ
from espace_sante.preview.locks import can_filter
from espace_sante.public.incident import incident_of

_FEW_BYTES, _NO_BYTES = 5_000_000_000, 500_000_000


class State(StrEnum):
    """What a check found: it holds, it holds with a reserve, or it forbids serving."""

    OK = "ok"
    ATTENTION = "attention"
    REFUSED = "refusé"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its stable name, what it found, and the French sentence that says so."""

    id: str
    state: State
    sentence: str


def diagnose(settings: Settings, now: datetime) -> list[Finding]:
    """Return every finding about this machine and this state folder; never raises for what it finds."""
    checks = (
        _versions,
        _users,
        _master_key,
        _secrets,
        _provider,
        _previews,
        _mail,
        _free,
        _disk,
        _backups,
        _matrix,
        _journal,
        _running,
        _reckoned,
        _debate,
    )
    return [finding for check in checks for finding in check(settings, now)]


def _mail(settings: Settings, now: datetime) -> Iterator[Finding]:
    if not settings.mail_host:
        sentence = "Aucun serveur de messagerie n'est réglé (mail_host) : les avis partent par lettre."
        yield Finding("messagerie", State.ATTENTION, sentence)
    elif settings.mail_user and not (settings.home / "keys" / "mail-password").is_file():
        sentence = "Le mot de passe du compte de messagerie manque (keys/mail-password) : les avis partent par lettre."
        yield Finding("messagerie", State.ATTENTION, sentence)
    else:
        yield Finding("messagerie", State.OK, "Les avis par message électronique ont un serveur où partir.")


def _free(settings: Settings, _: datetime) -> Iterator[Finding]:
    for sentence in not_free(settings):
        yield Finding("gratuité", State.ATTENTION, sentence)


def report(findings: list[Finding], *, as_json: bool) -> str:
    """Return the findings as lines for a person, or as JSON for a machine."""
    if as_json:
        content = [{"id": each.id, "state": each.state.value, "sentence": each.sentence} for each in findings]
        return json.dumps({"findings": content, "ok": exit_code(findings) == 0}, ensure_ascii=False)
    return "\n".join(f"{each.state.value:<9} {each.id:<18} {each.sentence}" for each in findings)


def exit_code(findings: list[Finding]) -> int:
    """Return 1 when something is refused, else 0."""
    return int(any(each.state is State.REFUSED for each in findings))


def _in_production(settings: Settings) -> State:
    return State.REFUSED if settings.environment is Environment.PRODUCTION else State.ATTENTION


def _versions(settings: Settings, _: datetime) -> Iterator[Finding]:
    recent = sys.version_info >= (3, 11)
    yield Finding("python", State.OK if recent else State.REFUSED, f"Python {platform.python_version()}.")
    try:
        binaries = find_binaries(settings.postgres_bin, data_major=data_major(settings.home / "data" / "main"))
    except OperatorRefusal as refusal:
        yield Finding("postgresql", State.REFUSED, str(refusal))
        return
    if binaries.is_wheel:
        yield Finding(
            "postgresql",
            _in_production(settings),
            f"PostgreSQL {binaries.version} fourni avec les dépendances : pour essayer seulement ; en production,"
            " celui du système, que Debian corrige.",
        )
    else:
        yield Finding("postgresql", State.OK, f"PostgreSQL {binaries.version} du système.")


def _users(settings: Settings, _: datetime) -> Iterator[Finding]:
    if not is_separated():
        yield Finding(
            "utilisateurs",
            _in_production(settings),
            "Tous les processus ont le même utilisateur : les rôles protègent d'une erreur, pas d'un processus web pris"
            " par un attaquant (G7 non tenue ici).",
        )
        return
    numbers = {kind: account_of(settings, kind).uid for kind in Process if kind is not Process.POSTGRES}
    taken = sorted(uid for uid in numbers.values() if _has_account(uid))
    if taken:
        yield Finding(
            "utilisateurs",
            State.REFUSED,
            f"Le numéro d'utilisateur {taken[0]} appartient à un compte de cette machine : changez uid_base.",
        )
    else:
        yield Finding("utilisateurs", State.OK, "Chaque processus a son propre utilisateur, PostgreSQL « nobody ».")


def _has_account(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _master_key(settings: Settings, _: datetime) -> Iterator[Finding]:
    path = settings.home / "keys" / "master.key"
    if path.exists():
        yield Finding(
            "clé-maîtresse",
            _in_production(settings),
            "Clés d'essai : la clé maîtresse est sur la même machine que les données (G7 non tenue ici).",
        )
    elif (settings.home / "data" / "keys").exists():
        yield Finding("clé-maîtresse", State.REFUSED, f"La clé maîtresse manque : remettez-la dans {path}.")
    else:
        yield Finding("clé-maîtresse", State.OK, "Jamais démarré : la clé d'essai sera tirée au premier démarrage.")


def _secrets(settings: Settings, _: datetime) -> Iterator[Finding]:
    wrong = [path for path, uid, mode in _expected(settings) if path.exists() and not _is_closed(path, uid, mode)]
    if wrong:
        yield Finding("secrets", State.REFUSED, f"{wrong[0]} est lisible par d'autres que son processus : redémarrez.")
    else:
        yield Finding("secrets", State.OK, "Chaque secret n'est lisible que du processus qui s'en sert.")


def _expected(settings: Settings) -> Iterator[tuple[Path, int, int]]:
    for name, role in ROLES.items():
        uid = os.geteuid() if role.reader is None else account_of(settings, role.reader).uid
        yield secret_path(settings, name), uid, 0o400
    yield settings.home / "keys" / "master.key", account_of(settings, Process.KEEPER).uid, 0o600
    yield settings.home / "keys" / "dev-provider.key", account_of(settings, Process.WEB).uid, 0o400
    for name in SEEDS:
        yield seed_path(settings, name), account_of(settings, Process.SEQUENCER).uid, 0o400
    for path in (log_seed_path(settings), code_key_path(settings)):
        yield path, account_of(settings, Process.DEBATE).uid, 0o400


def _is_closed(path: Path, uid: int, mode: int) -> bool:
    found = path.stat()
    return found.st_uid == uid and found.st_mode & 0o777 & ~mode == 0


def _provider(settings: Settings, _: datetime) -> Iterator[Finding]:
    if settings.development_provider:
        yield Finding(
            "identité",
            _in_production(settings),
            "Fournisseur d'identité d'essai : n'importe qui peut se dire n'importe qui, sur cette machine seulement.",
        )
    else:
        yield Finding("identité", State.OK, "Le fournisseur d'identité d'essai est éteint.")


def _previews(_: Settings, __: datetime) -> Iterator[Finding]:
    if can_filter():
        yield Finding(
            "aperçus",
            State.OK,
            "Chaque document montré est dessiné par un processus à lui, sans fichier ni réseau, filtré par le noyau.",
        )
    else:
        yield Finding(
            "aperçus",
            State.ATTENTION,
            "Ce noyau ne filtre pas les appels système (seccomp) : le processus qui dessine un document n'a que ses"
            " limites (aucun fichier, aucune connexion, mémoire et temps comptés).",
        )


def _disk(settings: Settings, _: datetime) -> Iterator[Finding]:
    folder = next(parent for parent in (settings.home, *settings.home.parents) if parent.exists())
    free = shutil.disk_usage(folder).free
    state = State.REFUSED if free < _NO_BYTES else State.ATTENTION if free < _FEW_BYTES else State.OK
    yield Finding("disque", state, f"{say_size(free, Language.FR)} libres pour {settings.home}.")


def _backups(settings: Settings, now: datetime) -> Iterator[Finding]:
    path = settings.home / "run" / LAST
    if not any((settings.home / "data" / name).exists() for name in INSTANCES):
        return
    try:
        at = datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["at"])
    except (FileNotFoundError, PermissionError):
        yield Finding("sauvegarde", State.ATTENTION, "Aucune sauvegarde : « espace-sante backup --output DOSSIER ».")
        return
    days = (now - at).days
    state = State.OK if days < 2 else State.ATTENTION
    yield Finding(
        "sauvegarde", state, f"Dernière sauvegarde le {at:%d/%m/%Y à %H:%M} UTC, il y a {how_many(days, 'jour')}."
    )


def _matrix(settings: Settings, _: datetime) -> Iterator[Finding]:
    """A version that cannot be read keeps the keepers from starting: better told before."""
    try:
        current = published(settings.home)[-1]
    except (MatrixUnreadable, OSError, UnicodeDecodeError) as fault:
        yield Finding("grille", State.REFUSED, f"Une version de la grille des métiers ne se lit pas : {fault}.")
        return
    yield Finding(
        "grille",
        State.OK,
        f"Grille des métiers : version {current.name}, {how_many(len(current.professions), 'métier')}.",
    )


def _journal(settings: Settings, _: datetime) -> Iterator[Finding]:
    """A journal that is no longer signed, or that could not be continued."""
    if incident := incident_of(settings.home):
        sentence = incident.sentence[0].upper() + incident.sentence[1:]
        yield Finding("journal", State.REFUSED, f"{sentence} Voir docs/operate/exploitation.md.")
        return
    published = (settings.home / "public" / "journal" / "checkpoint").exists()
    missing = [seed_path(settings, name) for name in SEEDS if not seed_path(settings, name).exists()]
    if published and missing:
        yield Finding("journal", State.REFUSED, f"Une clé du journal public manque : remettez-la dans {missing[0]}.")
    elif published:
        yield Finding("journal", State.OK, "Le journal public est signé et publié ; aucun témoin extérieur.")
    else:
        yield Finding("journal", State.OK, "Rien n'est encore publié du journal.")


def _running(settings: Settings, _: datetime) -> Iterator[Finding]:
    card = running_instance(settings)
    if card is None:
        yield Finding("instance", State.OK, f"Rien ne tourne sur {settings.home}.")
    else:
        yield Finding("instance", State.OK, f"En marche depuis {card['started_at']} : {card['url']}")


def _reckoned(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Only of a running instance: nothing is started to look."""
    if running_instance(settings) is None:
        return
    try:
        found = asyncio.run(reckoned(settings, now))
    except (OSError, OperatorRefusal, asyncpg.PostgresError) as fault:
        yield Finding("rapprochement", State.ATTENTION, f"La base ne répond pas : {type(fault).__name__}.")
        return
    if found.gaps:
        days = ", ".join(f"{day:%d/%m/%Y}" for day in found.gaps)
        yield Finding(
            "rapprochement",
            State.REFUSED,
            f"Le rapprochement des clés et des lignes a trouvé un écart le {days} : voir le journal du gardien.",
        )
    elif found.is_late(now):
        yield Finding("rapprochement", State.ATTENTION, "Aucun rapprochement des clés et des lignes depuis 26 heures.")
    else:
        last = f"le {found.last:%d/%m/%Y à %H:%M} UTC, sans écart" if found.last else "le premier jour n'est pas fini"
        yield Finding("rapprochement", State.OK, f"Rapprochement des clés et des lignes : {last}.")
    if found.slow:
        named = ", ".join(f"{act} ({way})" for act, way in found.slow)
        sentence = f"Plus d'un jour ouvré de plus que sur un écran, poste à part, depuis trente jours : {named}."
        yield Finding("délais", State.ATTENTION, sentence)


def _debate(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Only of a running instance: what somebody said and nobody can read yet, past its day."""
    if running_instance(settings) is None:
        return
    try:
        since = asyncio.run(unpublished_since(settings, now))
        differing = asyncio.run(witnesses_that_differ(settings))
    except (OSError, OperatorRefusal, asyncpg.PostgresError) as fault:
        yield Finding("débat", State.ATTENTION, f"La base du débat ne répond pas : {type(fault).__name__}.")
        return
    if since is None:
        yield Finding("débat", State.OK, "Tout ce qui est venu avant aujourd'hui est publié.")
    else:
        sentence = f"Ce qui est venu le {since:%d/%m/%Y} n'est pas publié en entier : voir le journal du débat."
        yield Finding("débat", State.REFUSED, sentence)
    for name in differing:
        sentence = f"« {name} » connaît un autre journal du débat que celui-ci : la page du débat le dit à tous (docs/operate/temoins.md)."
        yield Finding("témoin du débat", State.REFUSED, sentence)
