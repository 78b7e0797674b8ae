"""The commands of what she keeps: her journal, her letters, closing and reopening; and trial tokens.

Each is one request to the running instance; nothing is decided here.
"""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from espace_sante.access.kinds import REVEALED, Group
from espace_sante.access.request import ActId
from espace_sante.actions.choose_letters import FIELDS as LETTER_FIELDS
from espace_sante.actions.line_said import CHANNEL_WORDS, counts_said
from espace_sante.actions.registry import REGISTRY
from espace_sante.cli import show
from espace_sante.cli.arguments import Add, add_person, file_path
from espace_sante.cli.client import Client, account_of, accounts
from espace_sante.cli.doing import done, person_token, tell
from espace_sante.cli.files import written
from espace_sante.cli.proving import prove
from espace_sante.consent.letters import PERIODS, Wanted
from espace_sante.kernel.i18n import Language, say_short_moment
from espace_sante.kernel.on_disk import refuse_unwritable
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings


def journal(settings: Settings, chosen: Namespace) -> int:
    """Show who did what, or write the proof of it."""
    if chosen.proof is not None:
        return prove(settings, chosen)
    if chosen.years:
        raise OperatorRefusal("Dites dans quel fichier écrire la preuve : --proof preuve.txt.")
    client = Client.of(settings)
    page = client.journal(person_token(client, chosen.as_person), chosen.count, chosen.kind)
    if chosen.json:
        show.as_json(page)
        return 0
    show.table(
        ("ligne", "quand (heure de Paris)", "démarche", "résultat", "qui", "voie", "sorte", "raison"),
        [_row(record, said) for record, said in zip(page["records"], page["said"], strict=True)],
    )
    show.say(counts_said(page["counts"]))
    return 0


# Lines that no act of somebody writes.
_OTHER_ACTS = {REVEALED: "Lecture ordonnée par un juge"}


def _row(record: Mapping[str, Any], said: Mapping[str, str]) -> tuple[str, ...]:
    act, channel = record["act"], record["channel"]
    return (
        str(record["seq"]),
        say_short_moment(datetime.fromisoformat(record["at"]), Language.FR),
        REGISTRY[ActId(act)].name if act in set(ActId) else _OTHER_ACTS.get(act, act),
        "permis" if record["decision"]["result"] == "permit" else "refusé",
        record["actor"]["name"],
        CHANNEL_WORDS.get(channel, channel),
        said["sort"],
        said["why"],
    )


def close(settings: Settings, chosen: Namespace) -> int:
    """Close a space: erase what it holds, or keep it as an archive."""
    kept = {"archive_years": chosen.archive_years} if chosen.archive_years else {}
    if not chosen.yes and not kept:
        raise OperatorRefusal("Fermer efface tout, pour toujours. Pour confirmer, ajoutez --yes.")
    return done(Client.of(settings), chosen, "close_space", {"sure": "yes"} | kept)


def reopen(settings: Settings, chosen: Namespace) -> int:
    """Open an archive again."""
    return done(Client.of(settings), chosen, "reopen_space", {"deposits": chosen.deposits})


def erase(settings: Settings, chosen: Namespace) -> int:
    """Erase an archive now."""
    if not chosen.yes:
        raise OperatorRefusal("Effacer est pour toujours. Pour confirmer, ajoutez --yes.")
    return done(Client.of(settings), chosen, "erase_content", {"sure": "yes"})


def take_away(settings: Settings, chosen: Namespace) -> int:
    """Write the journal, its proofs and the receipts to a file (JSON)."""
    refuse_unwritable(chosen.output)
    client = Client.of(settings)
    done = client.act("export_journal", {}, token=person_token(client, chosen.as_person), key="")
    result = done["result"]
    with written(chosen.output) as file:
        file.add(json.dumps(result, ensure_ascii=False).encode())
    said = {"file": str(chosen.output), "lines": len(result["lines"]), "receipts": len(result["receipts"])}
    return tell(chosen, said | {"entry": done["entry"], "sentence": done["sentence"]})


def address(settings: Settings, chosen: Namespace) -> int:
    """Say where her letters go, or that they wait at the counter."""
    if chosen.counter:
        return done(Client.of(settings), chosen, "remove_address", {})
    names = ("more", "street", "place", "town", "country")
    values = {name: getattr(chosen, name) for name in names if getattr(chosen, name)}
    return done(Client.of(settings), chosen, "give_address", values)


def reminders(settings: Settings, chosen: Namespace) -> int:
    """Ask for the letter of what is open to whom, of her journal each quarter, or no more."""
    which = Wanted.BOTH if chosen.every and chosen.journal else Wanted.JOURNAL if chosen.journal else Wanted.OPEN
    if chosen.stop:
        named = {"what": Wanted.JOURNAL.value} if chosen.journal else {}
        return done(Client.of(settings), chosen, "stop_reminders", named)
    if not chosen.every and not chosen.journal:
        raise OperatorRefusal("Dites quelle lettre : --every 6, --every 12, ou --journal.")
    months = {"months": str(chosen.every)} if chosen.every else {}
    return done(Client.of(settings), chosen, "ask_reminders", {"what": which.value, **months})


def letter_form(settings: Settings, chosen: Namespace) -> int:
    """Say how her letters are written."""
    names = ("size", "words", "braille", "audio", "way", "printer")
    values = {name: getattr(chosen, name) for name in names if getattr(chosen, name)}
    if not values:
        raise OperatorRefusal("Dites une chose au moins : --size, --words, --braille, --audio, --way ou --printer.")
    return done(Client.of(settings), chosen, "choose_letters", values)


def token(settings: Settings, chosen: Namespace) -> int:
    """Print a token of an invented account."""
    client = Client.of(settings)
    kind = chosen.as_kind
    if kind == "app" and not chosen.sandbox:
        raise OperatorRefusal("Pour un logiciel, cette version ne donne de jeton que d'essai : ajoutez --sandbox.")
    if chosen.sandbox and kind != "app":
        raise OperatorRefusal("--sandbox va avec --as app.")
    kind = "sandbox" if chosen.sandbox else kind
    word = {"practitioner": chosen.rpps, "person": chosen.person}.get(kind, chosen.id)
    if kind == "person" and word:
        bearer = person_token(client, word)
    else:
        account = account_of(word) if word else next(each for each in accounts() if each.kind == kind)
        if account is None or account.kind != kind:
            raise OperatorRefusal(f"Aucun compte d'essai ne correspond à {word or kind}.")
        bearer = client.sign_in(account.id)
    if chosen.json:
        show.as_json({"token": bearer, **client.who(bearer)})
    else:
        show.say(bearer)
    return 0


def register(add: Add) -> None:
    """Add the words about her journal, her letters and the end of her space."""
    journal_word = add("journal", "montre qui a fait quoi", journal)
    add_person(journal_word)
    journal_word.add_argument("--count", type=int, default=0, metavar="N", help="les N plus récentes seulement")
    journal_word.add_argument(
        "--kind", choices=[one.value for one in Group], default="", help="une sorte de lignes seulement"
    )
    journal_word.add_argument("--proof", type=file_path, metavar="FICHIER", help="écrit la preuve du journal ici")
    journal_word.add_argument("--years", default="", metavar="A-B", help="les années de la preuve (toutes sinon)")
    close_word = add("close", "ferme un espace, efface ce qu'il contient ou le garde en archive", close, changes=True)
    add_person(close_word)
    close_word.add_argument("--yes", action="store_true", help="confirme l'effacement")
    close_word.add_argument(
        "--archive-years", type=int, default=0, metavar="1…10", help="garde une archive, tant d'années"
    )
    reopen_word = add("reopen", "rouvre un espace gardé en archive", reopen, changes=True)
    add_person(reopen_word)
    reopen_word.add_argument(
        "--deposits", choices=("yes", "no"), default="no", help="les professionnels peuvent déposer ?"
    )
    erase_word = add("erase", "efface un espace gardé en archive", erase, changes=True)
    add_person(erase_word)
    erase_word.add_argument("--yes", action="store_true", help="confirme")
    taken = add("export-journal", "écrit le journal, ses preuves et les reçus (JSON)", take_away)
    add_person(taken)
    taken.add_argument("--output", type=file_path, required=True, metavar="FICHIER", help="où les écrire")
    token_word = add("token", "donne un jeton d'un compte d'essai", token)
    kinds = ("practitioner", "person", "operator", "agent", "app")
    token_word.add_argument("--as", dest="as_kind", required=True, choices=kinds, help="quelle sorte de compte")
    token_word.add_argument("--rpps", default="", help="avec practitioner : son numéro")
    token_word.add_argument("--person", default="", metavar="ID", help="avec person : qui")
    token_word.add_argument("--id", default="", help="avec operator ou agent : son identifiant (demo --list)")
    token_word.add_argument(
        "--sandbox", action="store_true", help="avec app : un logiciel d'essai, qui n'atteint que des espaces inventés"
    )
    where = add("address", "dit où arrivent les lettres d'une personne", address, changes=True)
    add_person(where)
    where.add_argument("--counter", action="store_true", help="au guichet : aucune adresse")
    for name, label in (
        ("more", "chez qui, bâtiment, étage"),
        ("street", "numéro et rue"),
        ("place", "lieu-dit ou boîte postale"),
        ("town", "code postal et ville"),
        ("country", "pays"),
    ):
        where.add_argument(f"--{name}", default="", metavar="LIGNE", help=label)
    often = add(
        "reminders", "demande ou arrête la lettre qui dit qui peut lire, ou celle du journal", reminders, changes=True
    )
    add_person(often)
    ways = often.add_mutually_exclusive_group()
    ways.add_argument("--every", type=int, choices=PERIODS, metavar="MOIS", help="tous les 6 ou 12 mois")
    ways.add_argument("--stop", action="store_true", help="ne plus les recevoir (avec --journal : celle-ci seule)")
    often.add_argument("--journal", action="store_true", help="le journal du trimestre, chaque trimestre")
    form = add("letter-form", "dit comment ses lettres sont écrites, et par qui imprimées", letter_form, changes=True)
    add_person(form)
    for one in LETTER_FIELDS:
        words = " ; ".join(f"{code} : {said}" for code, said in one.choices)
        form.add_argument(f"--{one.name}", default="", choices=[code for code, _ in one.choices], help=words)
