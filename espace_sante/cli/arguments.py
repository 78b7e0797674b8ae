"""The arguments that several commands share: who acts, whom, what, how long."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from espace_sante.actions.grant_access import PURPOSES
from espace_sante.cli.french import Parser
from espace_sante.kernel.settings import Settings
from espace_sante.records.document import CATEGORIES

Command = Callable[[Settings, Namespace], int]


Add = Callable[..., Parser]


class Group(Protocol):
    """Words of which one at most may stand."""

    def add_argument(self, *names: str, **options: Any) -> Any:
        """Add one."""
        ...


def file_path(text: str) -> Path:
    """Return a path typed on the command line."""
    return Path(text).expanduser()


def add_person(parser: Parser) -> None:
    """Add who the person is, acting herself."""
    parser.add_argument("--as-person", default="", metavar="ID", help="la personne, qui agit elle-même (essai)")


def add_actor(parser: Parser) -> None:
    """Add who acts: a professional, or the person herself."""
    actor = parser.add_mutually_exclusive_group()
    actor.add_argument("--as", dest="as_rpps", default="", metavar="RPPS", help="le professionnel qui agit (essai)")
    actor.add_argument("--as-person", default="", metavar="ID", help="la personne qui agit elle-même (essai)")


def add_account(parser: Parser) -> None:
    """Add which account of the operator acts."""
    parser.add_argument("--as", dest="as_account", default="", metavar="ID", help="le compte de l'exploitant (essai)")


def add_about(parser: Parser) -> None:
    """Add which professional acts, and for whom."""
    parser.add_argument("--as", dest="as_rpps", default="", metavar="RPPS", help="le professionnel qui agit (essai)")
    parser.add_argument("--person", required=True, metavar="ID", help="pour qui (essai, INS ou identifiant public)")


def add_shown(parser: Parser, *, documents: bool) -> None:
    """Add what is shown: everything, categories or documents, and why."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--all", action="store_true", help="tous les documents, y compris à venir")
    what.add_argument(
        "--category", type=int, nargs="+", choices=tuple(CATEGORIES), metavar="1…15", help="des catégories"
    )
    if documents:
        what.add_argument("--document", nargs="+", metavar="NUMÉRO", help="des documents")
    parser.add_argument("--purpose", default="care", choices=tuple(PURPOSES), help="pourquoi (care : être soigné)")


def add_hidden(parser: Parser, whom: str) -> None:
    """Add what is hidden, and from whom."""
    add_person(parser)
    hidden = parser.add_mutually_exclusive_group(required=True)
    hidden.add_argument("--document", default="", metavar="NUMÉRO", help="le document")
    hidden.add_argument("--category", type=int, choices=tuple(CATEGORIES), metavar="1…15", help="la catégorie")
    hidden.add_argument("--episode", default="", metavar="NUMÉRO", help="l'épisode, avec ce qui s'y ajoutera")
    parser.add_argument("--from", dest="practitioner", default="", metavar="RPPS", help=whom)


def add_party(parser: Parser, name: str, destination: str, *others: str) -> None:
    """Add whom: a professional, a structure or a team."""
    whom = parser.add_mutually_exclusive_group(required=True)
    said = "le professionnel, ou structure:FINESS"
    whom.add_argument(name, *others, dest=destination, default="", metavar="RPPS", help=said)
    whom.add_argument("--team", nargs="+", metavar="MOT", help="une équipe : son nom, puis le RPPS de chaque membre")


def add_scope(what: Group) -> None:
    """Add categories or documents."""
    what.add_argument(
        "--category", type=int, nargs="+", choices=tuple(CATEGORIES), metavar="1…15", help="des catégories"
    )
    what.add_argument("--document", nargs="+", metavar="NUMÉRO", help="des documents")


def add_duration(parser: Parser) -> None:
    """Add how long: days, or the words that mean no end."""
    lasts = parser.add_mutually_exclusive_group()
    lasts.add_argument("--days", type=int, default=0, metavar="JOURS", help="pendant combien de jours")
    lasts.add_argument(
        "--endless", default="", metavar="MOTS", help="sans fin : les mots « sans date de fin », exactement"
    )
