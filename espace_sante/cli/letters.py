"""The mail room's command: how many letters wait, print them into a file, print them again, say that they are posted."""

from __future__ import annotations

import secrets
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

import msgspec

from espace_sante.actions.party_said import nobody_named
from espace_sante.actions.refusals import LETTER_OVER, NOTHING
from espace_sante.channels.paper import UNDO
from espace_sante.cli import show
from espace_sante.cli.arguments import Add, add_account, file_path
from espace_sante.cli.client import ActRefused, Client
from espace_sante.cli.doing import account_token
from espace_sante.keeper.demand import LettersAnswer, PrintedAnswer
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.on_disk import refuse_unwritable
from espace_sante.kernel.plural import how_many
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.web.operator.letter_bundle import bundle
from espace_sante.web.operator.letter_words import Writer
from espace_sante.web.operator.letters import AT_ONCE


def letters(settings: Settings, chosen: Namespace) -> int:
    """Say what waits; with a file, print into it; with `--posted`, note what is printed as posted. No name is shown."""
    client = Client.of(settings)
    token = account_token(client, chosen.as_account, "accueil")
    listed = msgspec.convert(client.act("list_letters", {}, token=token)["result"], LettersAnswer)
    if chosen.returned:
        noted = client.act("return_letter", {"letter": chosen.returned}, token=token, key=secrets.token_urlsafe(16))
        return said(chosen, {"halted": noted["result"]["halted"]}, noted["sentence"])
    if chosen.posted:
        done = len([one for one in listed.printed if tried(client, token, "post_letter", {"letter": one}) is not None])
        return said(chosen, {"posted": done}, f"Lettres notées comme postées : {done}.")
    if chosen.output is not None:
        return _print(settings, chosen, client, token, listed)
    if chosen.again:
        raise OperatorRefusal("Dites dans quel fichier imprimer de nouveau : --output lettres.pdf.")
    waiting = {"waiting": len(listed.waiting), "urgent": listed.urgent, "late": listed.late}
    words = (
        f"À imprimer : {len(listed.waiting)}, dont {listed.urgent} en urgence et {listed.late} en retard."
        f" Imprimés, pas encore postés : {len(listed.printed)}."
    )
    return said(chosen, {**waiting, "printed": len(listed.printed), "more": listed.more}, words)


def _print(settings: Settings, chosen: Namespace, client: Client, token: str, listed: LettersAnswer) -> int:
    if chosen.output.exists():  # before anything is journaled as printed
        raise OperatorRefusal(f"{chosen.output} existe déjà : donnez un autre nom.")
    refuse_unwritable(chosen.output)
    numbers: Sequence[str] = (listed.printed if chosen.again else listed.waiting)[:AT_ONCE]
    again = "yes" if chosen.again else "no"
    answers = [tried(client, token, "print_letter", {"letter": one, "again": again}) for one in numbers]
    printed = [msgspec.convert(one, PrintedAnswer) for one in answers if one is not None]
    if not printed:
        return said(chosen, {"printed": 0}, "Rien à imprimer.")
    writer = Writer(settings, nobody_named, {act.value: words for act, words in UNDO.items()})
    made = bundle(writer, printed, utc_now())
    chosen.output.write_bytes(made.pdf)
    beside = chosen.output.with_name(f"{chosen.output.stem}-fichiers")
    for name, data in made.files.items():
        (beside / name).parent.mkdir(parents=True, exist_ok=True)
        (beside / name).write_bytes(data)
    words = (
        f"{how_many(len(printed), 'envoi')} dans {chosen.output}. Une fois à la poste : espace-sante letters --posted"
    )
    if made.files:
        words += f" Ce qui va avec certaines lettres est dans {beside}."
    return said(chosen, {"printed": len(printed), "file": str(chosen.output), "beside": len(made.files)}, words)


def tried(client: Client, token: str, act: str, values: dict[str, str]) -> Any:
    """Do one act about a letter; None when it is of no use any more, or was done by somebody else meanwhile."""
    try:
        return client.act(act, values, token=token, key=secrets.token_urlsafe(16))["result"]
    except ActRefused as refused:
        if refused.code not in (LETTER_OVER, NOTHING):
            raise
        return None


def said(chosen: Namespace, values: dict[str, object], sentence: str) -> int:
    """Print what was done, for a person or for a machine."""
    if chosen.json:
        show.as_json(values)
    else:
        show.say(sentence)
    return 0


def register(add: Add) -> None:
    """Add the words about letters that wait."""
    listed = add("letters", "compte les lettres qui attendent, les imprime, les note comme postées", letters)
    add_account(listed)
    ways = listed.add_mutually_exclusive_group()
    ways.add_argument("--output", type=file_path, metavar="FICHIER", help="imprime dans ce fichier (PDF)")
    ways.add_argument("--posted", action="store_true", help="note comme posté ce qui est imprimé")
    ways.add_argument("--returned", default="", metavar="NUMÉRO", help="note qu'une lettre postée est revenue")
    listed.add_argument("--again", action="store_true", help="avec --output : ce qui est imprimé et pas posté")
