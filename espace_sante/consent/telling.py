"""Her will as it may be shown to her: without the documents that somebody is still to tell her of.

What names a document also names the one that takes its place, from the day that one comes: a mask must hide it at once. Until
it is told to her, what she is shown of her own will must not name it. Guarantee: G11. Source: CSP R1111-53; decision 0027.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace
from uuid import UUID

from espace_sante.consent.grant import Scope
from espace_sante.consent.rights import Rights


def documents_named(rights: Rights) -> frozenset[UUID]:
    """Return every document that her will names one by one."""
    scopes = [one.scope for one in rights.grants] + [one.scope for one in rights.cards] + [rights.emergency.scope]
    named = {document for scope in scopes for document in scope.documents}
    named |= {mask.document for mask in rights.masks if mask.document is not None}
    named |= {document for episode in rights.episodes for document in episode.documents}
    return frozenset(named)


def without_naming(rights: Rights, untold: AbstractSet[UUID]) -> Rights:
    """Return the same will with nothing that names one of these documents; to be shown, never to be kept."""
    return replace(
        rights,
        grants=tuple(replace(one, scope=_less(one.scope, untold)) for one in rights.grants),
        cards=tuple(replace(one, scope=_less(one.scope, untold)) for one in rights.cards),
        emergency=replace(rights.emergency, scope=_less(rights.emergency.scope, untold)),
        masks=tuple(one for one in rights.masks if one.document not in untold),
        episodes=tuple(replace(one, documents=one.documents - untold) for one in rights.episodes),
    )


def _less(scope: Scope, untold: AbstractSet[UUID]) -> Scope:
    return replace(scope, documents=scope.documents - untold)
