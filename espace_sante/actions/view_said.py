"""What a professional would be shown, said to the person before its list: that it is his view, or why he is shown nothing.

Pure: values in, sentences out. Guarantee: G3, G11.
"""

from __future__ import annotations

from collections.abc import Callable

from espace_sante.access.explain import SENTENCES
from espace_sante.actions.list_documents import DocumentList
from espace_sante.kernel.i18n import mark

# What his view is not, said whether there is anything of the kind or not.
APART = mark("Un auteur peut relire ce qu’il a déposé, si vous l’acceptez : cela n’est pas dans cette liste.")


def view_said(found: DocumentList, say: Callable[[str], str] = str) -> list[str]:
    """Return the sentences that stand before somebody else's view."""
    if found.why:
        why = SENTENCES.get(found.why, found.why)
        return [say(mark("Aujourd’hui, ce professionnel ne voit rien.")), say(why), say(APART)]
    if not found.total:
        return [
            say(mark("Aujourd’hui, ce professionnel peut ouvrir votre espace, mais n’y voit aucun document.")),
            say(APART),
        ]
    return [say(mark("Voici la liste qu’il verrait aujourd’hui, et rien d’autre.")), say(APART)]
