"""The commands of judges' orders: note one, confirm it, put off the day she is told, see those that are not over.

Each is one request to the running instance. No command reads a content: what an order covers is taken out on the operator's pages.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import msgspec

from espace_sante.cli import show
from espace_sante.cli.arguments import Add, add_account
from espace_sante.cli.client import Client
from espace_sante.cli.doing import account_token, by_operator
from espace_sante.keeper.demand import OrderTerms
from espace_sante.kernel.settings import Settings

_WORDS = (
    ("authority", "qui l'ordonne"),
    ("number", "son numéro"),
    ("dated", "sa date, AAAA-MM-JJ"),
    ("law", "le texte de loi"),
    ("attended", "qui assiste à la lecture"),
    ("reveal", "le jour où la personne le saura, AAAA-MM-JJ"),
)


def orders(settings: Settings, chosen: Namespace) -> int:
    """Show the orders that are not over, each with the fingerprint by which it is confirmed."""
    client = Client.of(settings)
    done = client.act("list_orders", {}, token=account_token(client, chosen.as_account, "accueil"), key="")
    if chosen.json:
        show.as_json(done)
        return 0
    rows = []
    for line in done["result"]["orders"]:
        terms = msgspec.convert(line["terms"], OrderTerms)
        state = "confirmée" if line["confirmed"] else "à confirmer"
        rows.append((terms.reveal, state, terms.authority, terms.number, line["order"], terms.digest.hex()))
    show.table(("dite le", "état", "qui", "numéro", "notée sous", "empreinte"), rows)
    return 0


def record_order(settings: Settings, chosen: Namespace) -> int:
    """Note an order, as the operator."""
    said = {name: getattr(chosen, name) for name, _ in _WORDS}
    period = {"first": chosen.first, "last": chosen.last}
    values = {**_person(chosen), **said, **period, "categories": chosen.category}
    return by_operator(settings, chosen, "record_order", values)


def confirm_order(settings: Settings, chosen: Namespace) -> int:
    """Confirm the order another account noted."""
    values = {"order": chosen.order, "terms": chosen.terms, **_person(chosen)}
    return by_operator(settings, chosen, "confirm_order", values)


def prolong_order(settings: Settings, chosen: Namespace) -> int:
    """Ask a later day, or confirm the one another account asked."""
    return by_operator(settings, chosen, "prolong_order", {"order": chosen.order, "reveal": chosen.reveal})


def register(add: Add) -> None:
    """Add the words about judges' orders."""
    add_account(add("orders", "montre les décisions de justice en cours", orders))
    noted = add("record-order", "note une décision de justice", record_order, changes=True)
    add_account(noted)
    _add_person(noted)
    for name, words in _WORDS:
        noted.add_argument(f"--{name}", required=True, metavar="TEXTE", help=words)
    noted.add_argument("--category", required=True, nargs="+", metavar="NUMÉRO", help="les sortes de documents")
    noted.add_argument("--first", default="", metavar="AAAA-MM-JJ", help="documents depuis ce jour")
    noted.add_argument("--last", default="", metavar="AAAA-MM-JJ", help="documents jusqu'à ce jour")
    confirmed = add("confirm-order", "confirme la décision qu'un autre compte a notée", confirm_order, changes=True)
    add_account(confirmed)
    _add_person(confirmed)
    confirmed.add_argument("--order", required=True, metavar="NUMÉRO", help="la décision notée")
    confirmed.add_argument("--terms", required=True, metavar="EMPREINTE", help="l'empreinte de ce qui a été lu")
    later = add("prolong-order", "repousse le jour où la personne saura, à deux comptes", prolong_order, changes=True)
    add_account(later)
    later.add_argument("--order", required=True, metavar="NUMÉRO", help="la décision notée")
    later.add_argument("--reveal", required=True, metavar="AAAA-MM-JJ", help="le nouveau jour")


def _add_person(word: ArgumentParser) -> None:
    whose = word.add_mutually_exclusive_group(required=True)
    whose.add_argument("--ins", default="", metavar="NUMÉRO", help="le numéro de sécurité sociale de la personne")
    whose.add_argument("--local", default="", metavar="NUMÉRO", help="ou le numéro donné au guichet")


def _person(chosen: Namespace) -> dict[str, str]:
    return {"ins": chosen.ins, "local": chosen.local}
