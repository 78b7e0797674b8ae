"""The commands of cards and of requests to read.

Each is one request to the running instance; nothing is decided here.
"""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from espace_sante.cli import show
from espace_sante.cli.arguments import Add, add_person, add_shown
from espace_sante.cli.client import Client, person_reference
from espace_sante.cli.doing import account_token, done, key_of, person_token, tell
from espace_sante.kernel.settings import Settings
from espace_sante.records.document import CATEGORIES


def card(settings: Settings, chosen: Namespace) -> int:
    """Make a card; its code is printed once."""
    client = Client.of(settings)
    scope = "everything" if chosen.all else "categories" if chosen.category else "documents"
    values: dict[str, Any] = {"scope": scope, "purpose": chosen.purpose, "uses": chosen.uses, "hours": chosen.hours}
    values["days"] = 0 if chosen.today else chosen.days
    for name, given in (("categories", chosen.category), ("documents", chosen.document), ("pin", chosen.pin)):
        if given:
            values[name] = given
    done = client.act("issue_access_card", values, token=person_token(client, chosen.as_person), key=key_of(chosen))
    made = done["result"]
    return tell(chosen, done, f"Carte numéro {made['number']} ; code : {made['code']} ; jusqu'au {made['ends']}.")


def card_revoke(settings: Settings, chosen: Namespace) -> int:
    """Stop a card, or all of them."""
    return done(Client.of(settings), chosen, "revoke_access_card", {"number": chosen.number} if chosen.number else {})


def card_use(settings: Settings, chosen: Namespace) -> int:
    """Show a card, as a professional."""
    client = Client.of(settings)
    values = {"person": f"card:{chosen.code}"} | ({"pin": chosen.pin} if chosen.pin else {})
    done = client.act("use_access_card", values, token=account_token(client, chosen.as_rpps), key=key_of(chosen))
    shown = done["result"]
    return tell(chosen, done, f"Personne : {shown['person']}, jusqu'au {shown['ends']}.")


def request(settings: Settings, chosen: Namespace) -> int:
    """Ask somebody to let one read, as a professional."""
    client = Client.of(settings)
    values: dict[str, Any] = {
        "person": person_reference(chosen.person),
        "scope": "everything" if chosen.all else "categories",
        "purpose": chosen.purpose,
        "days": chosen.days or settings.grant_days_default,
    }
    if chosen.category:
        values["categories"] = chosen.category
    done = client.act("request_access", values, token=account_token(client, chosen.as_rpps), key=key_of(chosen))
    return tell(chosen, done)


def requests(settings: Settings, chosen: Namespace) -> int:
    """Show who asks to read."""
    client = Client.of(settings)
    found = client.journal(person_token(client, chosen.as_person), 1)["requests"]
    if chosen.json:
        show.as_json({"requests": found})
        return 0
    rows = [(one["number"], one["name"], one["scope"], str(one["days"]), one["ends"][:10]) for one in found]
    show.table(("numéro", "qui", "quoi", "jours", "attend jusqu'au"), rows)
    return 0


def request_accept(settings: Settings, chosen: Namespace) -> int:
    """Say yes to a request, or give less."""
    values: dict[str, Any] = {"number": chosen.number}
    if chosen.days:
        values["days"] = chosen.days
    if chosen.category:
        values["categories"] = chosen.category
    return done(Client.of(settings), chosen, "accept_request", values)


def request_decline(settings: Settings, chosen: Namespace) -> int:
    """Say no to a request."""
    return done(Client.of(settings), chosen, "decline_request", {"number": chosen.number})


def register(add: Add) -> None:
    """Add the words about cards and requests."""
    card_word = add("card", "fait une carte d'accès, ou un code pour la journée", card, changes=True)
    add_person(card_word)
    add_shown(card_word, documents=True)
    card_word.add_argument("--uses", type=int, default=1, metavar="FOIS", help="combien de fois elle sert (1 à 20)")
    card_word.add_argument(
        "--hours", type=int, default=12, metavar="HEURES", help="combien d'heures, chaque fois (1 à 168)"
    )
    until = card_word.add_mutually_exclusive_group(required=True)
    until.add_argument("--days", type=int, metavar="JOURS", help="combien de jours elle vaut")
    until.add_argument("--today", action="store_true", help="jusqu'à ce soir seulement")
    card_word.add_argument("--pin", default="", metavar="CHIFFRES", help="code secret de 4 à 8 chiffres")
    revoke = add("card-revoke", "arrête une carte, ou toutes", card_revoke, changes=True)
    add_person(revoke)
    which = revoke.add_mutually_exclusive_group(required=True)
    which.add_argument("--number", default="", metavar="NUMÉRO", help="le numéro imprimé sur la carte")
    which.add_argument("--all", action="store_true", help="toutes")
    used = add("card-use", "présente une carte, comme professionnel", card_use, changes=True)
    used.add_argument("--as", dest="as_rpps", default="", metavar="RPPS", help="le professionnel qui agit (essai)")
    used.add_argument("--code", required=True, help="le code de la carte")
    used.add_argument("--pin", default="", metavar="CHIFFRES", help="son code secret, si elle en a un")
    asked = add("request", "demande à une personne de pouvoir lire, comme professionnel", request, changes=True)
    asked.add_argument("--as", dest="as_rpps", default="", metavar="RPPS", help="le professionnel qui agit (essai)")
    asked.add_argument("--person", required=True, metavar="ID", help="à qui")
    add_shown(asked, documents=False)
    asked.add_argument("--days", type=int, default=0, metavar="JOURS", help="pendant combien de jours")
    listed = add("requests", "montre qui demande à lire", requests)
    add_person(listed)
    accept = add("request-accept", "dit oui à une demande, ou donne moins", request_accept, changes=True)
    add_person(accept)
    accept.add_argument("--number", required=True, metavar="NUMÉRO", help="le numéro de la demande")
    accept.add_argument("--days", type=int, default=0, metavar="JOURS", help="moins de jours que demandé")
    accept.add_argument(
        "--category", type=int, nargs="+", choices=tuple(CATEGORIES), metavar="1…15", help="ces catégories seulement"
    )
    decline = add("request-decline", "dit non à une demande", request_decline, changes=True)
    add_person(decline)
    decline.add_argument("--number", required=True, metavar="NUMÉRO", help="le numéro de la demande")
