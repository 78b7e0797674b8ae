"""What a professional would be shown of her space, for her to see: by the same decision as if he asked himself.

Two things are not his view: what she is still to be told by somebody stays withheld from her through his eyes too, and the
rule that lets an author read his own deposit again lists nothing. Guarantee: G3, G11. Source: docs/decisions/0026.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from espace_sante.access.reading import Visible, nothing
from espace_sante.access.request import ActId, ActorKind, Channel, Context, Proof, Refuse, Subject, Thing
from espace_sante.access.rules import decide, visible
from espace_sante.keeper.demand import SeenBy

_WHOLE = Thing()


def seen_by(him: SeenBy, context: Context, now: datetime) -> tuple[Visible, str]:
    """Return the question "would he be shown this line?", and the rule by which he is refused any list ("" for none)."""
    his = replace(context, channel=Channel.WEB, proof=Proof.PROFESSIONAL)
    subject = Subject(ActorKind.PRACTITIONER, him.number, structure=him.structure, profession=him.profession)
    decision = decide(subject, ActId.LIST_DOCUMENTS, _WHOLE, his, now)
    if isinstance(decision, Refuse):
        return nothing, decision.rule
    may_see = visible(subject, his, now)

    def shown(
        category: int | None,
        document: UUID | None,
        type_code: str = "",
        born_hidden: bool = False,
        withheld: bool = False,
        /,
    ) -> bool:
        return not withheld and may_see(category, document, type_code, born_hidden, withheld)

    return shown, ""
