"""The commands of emergency: her will, an access declared, its second professional.

Each is one request to the running instance; nothing is decided here.
"""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from espace_sante.cli.arguments import Add, add_about, add_person
from espace_sante.cli.client import Client
from espace_sante.cli.doing import declared, done, rpps_of
from espace_sante.consent.emergency import GROUNDS, GlassKind
from espace_sante.kernel.settings import Settings
from espace_sante.records.document import CATEGORIES


def emergency_will(settings: Settings, chosen: Namespace) -> int:
    """Say who may read in an emergency, and what."""
    values: dict[str, Any] = {name: getattr(chosen, name) for name in ("regulator", "bedside", "hidden")}
    if chosen.all:
        values["scope"] = "everything"
    elif chosen.category:
        values |= {"scope": "categories", "categories": chosen.category}
    elif chosen.document:
        values |= {"scope": "documents", "documents": chosen.document}
    return done(Client.of(settings), chosen, "set_emergency_will", values)


def emergency_never(settings: Settings, chosen: Namespace) -> int:
    """Never in an emergency, for everything."""
    return done(Client.of(settings), chosen, "refuse_emergency", {})


def break_glass(settings: Settings, chosen: Namespace) -> int:
    """Declare an emergency for a person, as a professional."""
    values = {name: getattr(chosen, name) for name in ("kind", "beside", "ground", "reason")}
    return declared(Client.of(settings), chosen, "break_glass", values)


def confirm_emergency(settings: Settings, chosen: Namespace) -> int:
    """Confirm the emergency of a colleague."""
    return declared(Client.of(settings), chosen, "confirm_emergency", {"practitioner": rpps_of(chosen.colleague)})


def register(add: Add) -> None:
    """Add the words about emergency."""
    will = add("emergency-will", "dit qui peut lire en urgence, et quoi", emergency_will, changes=True)
    add_person(will)
    for name, sentence in (
        ("regulator", "le médecin qui répond à l'appel d'urgence peut-il lire ?"),
        ("bedside", "un professionnel auprès d'elle peut-il lire ?"),
        ("hidden", "ce qu'elle cache à tous peut-il être lu aussi ?"),
    ):
        will.add_argument(f"--{name}", required=True, choices=("yes", "no"), help=sentence)
    what = will.add_mutually_exclusive_group()
    what.add_argument("--all", action="store_true", help="tous les documents, y compris à venir")
    what.add_argument(
        "--category", type=int, nargs="+", choices=tuple(CATEGORIES), metavar="1…15", help="des catégories"
    )
    what.add_argument("--document", nargs="+", metavar="NUMÉRO", help="des documents, et cela seulement")
    never = add("emergency-never", "dit que personne ne lit en urgence", emergency_never, changes=True)
    add_person(never)
    glass = add("break-glass", "déclare une urgence, comme professionnel", break_glass, changes=True)
    add_about(glass)
    glass.add_argument(
        "--kind",
        default="bedside",
        choices=tuple(one.value for one in GlassKind),
        help="auprès d'elle, ou appel régulé",
    )
    glass.add_argument("--beside", required=True, choices=("yes", "no"), help="êtes-vous auprès d'elle ?")
    glass.add_argument("--ground", required=True, choices=tuple(one.value for one in GROUNDS), help="le motif")
    glass.add_argument("--reason", required=True, metavar="MOTS", help="le motif, en quelques mots")
    second = add("confirm-emergency", "confirme l'urgence d'un collègue", confirm_emergency, changes=True)
    add_about(second)
    second.add_argument("--colleague", required=True, metavar="RPPS", help="le collègue")
