"""The commands by which a person hides, keeps together, blocks, and answers each question.

Each is one request to the running instance; nothing is decided here.
"""

from __future__ import annotations

from argparse import Namespace

from espace_sante.actions.choices import ACTS as CHOICES
from espace_sante.cli.arguments import Add, add_hidden, add_person
from espace_sante.cli.client import Client
from espace_sante.cli.doing import done, hidden_of, party_of
from espace_sante.consent.limits import BlockKind
from espace_sante.kernel.settings import Settings


def mask(settings: Settings, chosen: Namespace) -> int:
    """Hide a document or a category, from one professional or from all."""
    return done(Client.of(settings), chosen, "mask", hidden_of(chosen))


def unmask(settings: Settings, chosen: Namespace) -> int:
    """Show again what was hidden, to those it was hidden from."""
    versions = {"versions": "all"} if chosen.all_versions else {}
    return done(Client.of(settings), chosen, "unmask", hidden_of(chosen) | versions)


def keep_episode(settings: Settings, chosen: Namespace) -> int:
    """Keep documents together, or change an episode."""
    values = {
        "number": chosen.number,
        "name": chosen.name,
        "documents": chosen.document or [],
        "visit_of": chosen.visit_of,
        "documents_out": chosen.out or [],
    }
    return done(Client.of(settings), chosen, "keep_episode", {name: value for name, value in values.items() if value})


def end_episode(settings: Settings, chosen: Namespace) -> int:
    """Undo an episode."""
    return done(Client.of(settings), chosen, "end_episode", {"number": chosen.number})


def block(settings: Settings, chosen: Namespace) -> int:
    """Block a professional or a structure: from everything, or from what is said."""
    what = "deposits" if chosen.deposits_only else chosen.what
    values = {"practitioner": party_of(chosen.practitioner), "what": what}
    return done(Client.of(settings), chosen, "block", values)


def unblock(settings: Settings, chosen: Namespace) -> int:
    """Unblock a professional or a structure."""
    return done(Client.of(settings), chosen, "unblock", {"practitioner": party_of(chosen.practitioner)})


def choose(settings: Settings, chosen: Namespace) -> int:
    """Change one answer alone: the act is the command's own word."""
    values = {"purpose": chosen.purpose} if "purpose" in chosen else {}
    return done(Client.of(settings), chosen, chosen.commande.replace("-", "_"), values)


def register(add: Add) -> None:
    """Add the words about what is hidden, blocked or answered."""
    mask_word = add("mask", "cache un document ou une catégorie", mask, changes=True)
    add_hidden(mask_word, "à qui (à tous sinon)")
    unmask_word = add("unmask", "montre de nouveau ce qui était caché", unmask, changes=True)
    add_hidden(unmask_word, "à qui c'était caché (à tous sinon)")
    unmask_word.add_argument("--all-versions", action="store_true", help="avec les autres versions cachées avec lui")
    episode = add("episode", "garde des documents ensemble, ou change un épisode", keep_episode, changes=True)
    add_person(episode)
    episode.add_argument("--number", default="", metavar="NUMÉRO", help="lequel (un nouveau sinon)")
    episode.add_argument("--name", default="", metavar="NOM", help="son nom")
    episode.add_argument("--document", nargs="+", metavar="NUMÉRO", help="des documents à y mettre")
    episode.add_argument("--visit-of", default="", metavar="NUMÉRO", help="ceux de la même visite que ce document")
    episode.add_argument("--out", nargs="+", metavar="NUMÉRO", help="des documents à en retirer")
    ended = add("end-episode", "défait un épisode", end_episode, changes=True)
    add_person(ended)
    ended.add_argument("--number", required=True, metavar="NUMÉRO", help="lequel")
    block_word = add("block", "bloque un professionnel", block, changes=True)
    add_person(block_word)
    block_word.add_argument("--practitioner", required=True, metavar="RPPS", help="qui (ou structure:FINESS)")
    what = block_word.add_mutually_exclusive_group()
    what.add_argument(
        "--what", default="everything", choices=tuple(one.value for one in BlockKind), help="quoi (everything : tout)"
    )
    what.add_argument("--deposits-only", action="store_true", help="ses dépôts seulement (tout sinon)")
    unblock_word = add("unblock", "débloque un professionnel", unblock, changes=True)
    add_person(unblock_word)
    unblock_word.add_argument("--practitioner", required=True, metavar="RPPS", help="qui (ou structure:FINESS)")
    for act in CHOICES:
        word, name = act.id.value.replace("_", "-"), act.name
        added = add(word, name[:1].lower() + name[1:], choose, changes=True)
        add_person(added)
        for field in act.fields:
            uses = tuple(code for code, _ in field.choices)
            added.add_argument(f"--{field.name}", required=True, choices=uses, help="quel usage")
