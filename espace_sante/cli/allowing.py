"""The commands by which somebody may read, less, or no longer.

Each is one request to the running instance; nothing is decided here.
"""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from espace_sante.access.explain import SENTENCES
from espace_sante.actions.grant_access import PURPOSES
from espace_sante.cli import show
from espace_sante.cli.arguments import Add, add_duration, add_party, add_person, add_scope
from espace_sante.cli.client import Client, account_of
from espace_sante.cli.doing import done, duration_of, party_of, person_token, rpps_of, scope_of, team_of, tell
from espace_sante.kernel.settings import Settings


def grant(settings: Settings, chosen: Namespace) -> int:
    """Let one party read: a professional, a structure, or a team named member by member."""
    client = Client.of(settings)
    values: dict[str, Any] = {
        "practitioner": team_of(chosen) if chosen.team else party_of(chosen.to),
        **scope_of(chosen, "everything" if chosen.all else ""),
        "purpose": chosen.purpose,
        **duration_of(settings, chosen),
    }
    if chosen.starts:
        values["starts"] = chosen.starts
    return done(client, chosen, "grant_access", values)


def limit(settings: Settings, chosen: Namespace) -> int:
    """Make a permission shorter, or narrower."""
    values: dict[str, Any] = {"grant": chosen.grant, **scope_of(chosen, "")}
    if chosen.days:
        values["days"] = chosen.days
    return done(Client.of(settings), chosen, "limit_grant", values)


def name_administrator(settings: Settings, chosen: Namespace) -> int:
    """Let one professional read everything, what is hidden from all too."""
    values = {"practitioner": rpps_of(chosen.to), **duration_of(settings, chosen)}
    return done(Client.of(settings), chosen, "name_administrator", values)


def withdraw(settings: Settings, chosen: Namespace) -> int:
    """Take back everything granted to one party."""
    whom = team_of(chosen) if chosen.team else party_of(chosen.practitioner)
    return done(Client.of(settings), chosen, "withdraw_access", {"practitioner": whom})


def seen_by(settings: Settings, chosen: Namespace) -> int:
    """List what one professional would be shown."""
    client = Client.of(settings)
    him = account_of(chosen.practitioner)
    values = {
        "seen_by": rpps_of(chosen.practitioner),
        "seen_by_structure": chosen.structure or (him.structure_id if him else ""),
        "seen_by_profession": chosen.profession or (him.profession_code if him else ""),
    }
    done = client.act("list_documents", values, token=person_token(client, chosen.as_person), key="")
    if chosen.json:
        return tell(chosen, done)
    result = done["result"]
    if result["why"]:
        show.say(SENTENCES.get(result["why"], result["why"]))
    rows = [(one["created"][:10], one["title"], str(one["category"]), one["document"]) for one in result["documents"]]
    show.table(("date", "titre", "catégorie", "numéro"), rows)
    return 0


def register(add: Add) -> None:
    """Add the words by which a person lets somebody read, or no longer."""
    grant_word = add("grant", "autorise un professionnel, un établissement ou une équipe à lire", grant, changes=True)
    add_person(grant_word)
    add_party(grant_word, "--to", "to")
    what = grant_word.add_mutually_exclusive_group(required=True)
    what.add_argument("--all", action="store_true", help="tous les documents, y compris à venir")
    add_scope(what)
    what.add_argument("--episode", default="", metavar="NUMÉRO", help="un épisode, avec ce qui s'y ajoutera")
    add_duration(grant_word)
    grant_word.add_argument("--starts", default="", metavar="AAAA-MM-JJ", help="premier jour (maintenant sinon)")
    grant_word.add_argument("--purpose", default="care", choices=tuple(PURPOSES), help="pourquoi (care : être soigné)")
    limit_word = add("limit", "réduit une autorisation : plus courte, ou moins de documents", limit, changes=True)
    add_person(limit_word)
    limit_word.add_argument(
        "--grant", required=True, metavar="NUMÉRO", help="laquelle (journal --json, liste « grants »)"
    )
    limit_word.add_argument(
        "--days", type=int, default=0, metavar="JOURS", help="elle finit dans tant de jours au plus"
    )
    add_scope(limit_word.add_mutually_exclusive_group())
    named = add(
        "administrator", "nomme un professionnel qui lit tout, même caché à tous", name_administrator, changes=True
    )
    add_person(named)
    named.add_argument("--to", required=True, metavar="RPPS", help="qui")
    add_duration(named)
    withdraw_word = add("withdraw", "retire une autorisation", withdraw, changes=True)
    add_person(withdraw_word)
    add_party(withdraw_word, "--from", "practitioner", "--to")
    seen = add("seen-by", "montre ce que verrait un professionnel", seen_by)
    add_person(seen)
    seen.add_argument("--practitioner", required=True, metavar="RPPS", help="qui")
    seen.add_argument("--structure", default="", metavar="FINESS", help="l'établissement où il se connecte")
    seen.add_argument("--profession", default="", metavar="CODE", help="le code de sa profession (G15_10…)")
