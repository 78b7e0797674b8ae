"""What of her own will she may be shown just now. Guarantee: G11."""

from __future__ import annotations

from espace_sante.consent.rights import Rights
from espace_sante.consent.telling import without_naming
from espace_sante.keeper.acts.documents import is_withheld
from espace_sante.keeper.origin import open_origin
from espace_sante.keeper.situation import Situation


def told(s: Situation, rights: Rights) -> Rights:
    """Return her will without what somebody is still to tell her of; `s.extra.told` holds the documents it names."""
    untold = set()
    for row, record in s.extra.told.items():
        origin = open_origin(record["origin"], s.keys, row)
        if origin is not None and is_withheld(s, row, origin.facts):
            untold.add(row)
    return without_naming(rights, untold) if untold else rights
