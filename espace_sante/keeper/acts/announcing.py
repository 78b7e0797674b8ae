"""The act by which a professional says that he told her of a document: from then on she reads it. Guarantee: G3, G11.

Source: CSP R1111-53; docs/decisions/0027.
"""

from __future__ import annotations

from espace_sante.access.request import ActId, Refuse
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.documents import thing_of, touched
from espace_sante.keeper.acts.will import rewrite
from espace_sante.keeper.named import name_of
from espace_sante.keeper.origin import open_origin
from espace_sante.keeper.situation import Plan, Situation
from espace_sante.kernel.ids import DocumentId, public_document_id


def announce_document(s: Situation) -> Plan:
    """Let her read what was to be told to her first. Its author may say so, and whoever may read it; nobody else."""
    row = s.row
    if row is None:
        return Plan(Refuse("unknown"))
    origin = open_origin(row.origin, s.keys, row.row_id)
    thing = thing_of(s, row, origin)
    found = decided(s, ActId.ANNOUNCE_DOCUMENT, thing)
    if isinstance(found, Refuse):
        return Plan(found, objects=(touched(s, row.row_id, origin, thing),))
    permit, will = found
    named = (name_of(row.row_id),)  # from this very entry on she may know which
    if not thing.withheld:
        return Plan(Refuse("nothing-to-undo"), objects=named, code="not-withheld")
    document = DocumentId(row.row_id)
    visit = origin.facts.visit if origin is not None else b""
    rights = will.rights.with_announced(document).with_visited(visit, document)
    return rewrite(s, permit, will, rights, named, {"document": public_document_id(will.person, document)})
