"""What a line says of an application that acted for somebody: its name, for whom, and what it did.

By act: what it did; what it asked and was refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from espace_sante.kernel.i18n import mark

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "list_documents": (
            mark("L’application %(app)s, pour %(whose)s, a vu la liste de documents."),
            mark("L’application %(app)s, pour %(whose)s, a demandé la liste de vos documents."),
        ),
        "read_document": (
            mark("L’application %(app)s, pour %(whose)s, a lu un document."),
            mark("L’application %(app)s, pour %(whose)s, a demandé à lire un document."),
        ),
        "deposit_document": (
            mark("L’application %(app)s, pour %(whose)s, a déposé un document."),
            mark("L’application %(app)s, pour %(whose)s, a voulu déposer un document."),
        ),
        "read_resource": (
            mark("L’application %(app)s, pour %(whose)s, a lu des données de soins."),
            mark("L’application %(app)s, pour %(whose)s, a demandé des données de soins."),
        ),
        "write_resource": (
            mark("L’application %(app)s, pour %(whose)s, a écrit, changé ou supprimé une donnée de soins."),
            mark("L’application %(app)s, pour %(whose)s, a voulu écrire une donnée de soins."),
        ),
    }
)
OTHER = (
    mark("L’application %(app)s, pour %(whose)s, a fait une démarche."),
    mark("L’application %(app)s, pour %(whose)s, a voulu faire une démarche qu’aucune application ne fait."),
)
# A professional's own: it is not hers, and she ends it by what she lets him read.
OPENED = mark("%(who)s a ouvert l’application %(app)s depuis votre page.")
ABOUT = frozenset({"authorise_app", "end_app"})
