"""Which plan belongs to which act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from espace_sante.access.request import ActId
from espace_sante.keeper.acts import (
    archive,
    blocking,
    deposits,
    documents,
    hiding,
    journal,
    leaving,
    letters,
    opening,
    will,
)
from espace_sante.keeper.situation import Plan, Situation

PLANS: Mapping[str, Callable[[Situation], Plan]] = MappingProxyType(
    {
        ActId.INVITE: opening.invite,
        ActId.OPEN_SPACE: opening.open_space,
        ActId.REFUSE_SPACE: opening.refuse_space,
        ActId.DEPOSIT_DOCUMENT: deposits.deposit_document,
        ActId.LIST_DOCUMENTS: documents.list_documents,
        ActId.READ_DOCUMENT: documents.read_document,
        ActId.GRANT_ACCESS: will.grant_access,
        ActId.WITHDRAW_ACCESS: will.withdraw_access,
        ActId.MASK: hiding.mask,
        ActId.UNMASK: hiding.unmask,
        ActId.BLOCK: blocking.block,
        ActId.UNBLOCK: blocking.unblock,
        ActId.READ_JOURNAL: journal.read_journal,
        ActId.CLOSE_SPACE: will.close_space,
        ActId.REOPEN_SPACE: archive.reopen_space,
        ActId.ERASE_CONTENT: archive.erase_content,
        ActId.REVERSE_REFUSAL: opening.reverse_refusal,
        ActId.EXPORT_JOURNAL: leaving.export_journal,
        ActId.RECORD_DELIVERY: letters.record_delivery,
        ActId.RECORD_RETURN: letters.record_return,
    }
)
