"""Which plan belongs to which act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from espace_sante.access.request import ActId
from espace_sante.keeper.acts import (
    announcing,
    archive,
    blocking,
    cards,
    cases,
    choosing,
    contesting,
    deposits,
    documents,
    emergency,
    episodes,
    hiding,
    journal,
    leaving,
    letters,
    opening,
    requests,
    sharing,
    support,
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
        ActId.GRANT_ACCESS: sharing.grant_access,
        ActId.LIMIT_GRANT: sharing.limit_grant,
        ActId.NAME_ADMINISTRATOR: sharing.name_administrator,
        ActId.WITHDRAW_ACCESS: will.withdraw_access,
        ActId.MASK: hiding.mask,
        ActId.UNMASK: hiding.unmask,
        ActId.BLOCK: blocking.block,
        ActId.UNBLOCK: blocking.unblock,
        ActId.KEEP_EPISODE: episodes.keep_episode,
        ActId.END_EPISODE: episodes.end_episode,
        **choosing.PLANS,
        ActId.ANNOUNCE_DOCUMENT: announcing.announce_document,
        ActId.READ_JOURNAL: journal.read_journal,
        ActId.CLOSE_SPACE: will.close_space,
        ActId.CONTEST_ACCESS: contesting.contest_access,
        ActId.REPORT_MISTAKE: contesting.report_mistake,
        ActId.LIST_CASES: cases.list_cases,
        ActId.ANSWER_CASE: cases.answer_case,
        ActId.CONFIRM_CASE_ANSWER: cases.confirm_case_answer,
        ActId.ALLOW_SUPPORT: support.allow_support,
        ActId.END_SUPPORT: support.end_support,
        ActId.OPEN_SUPPORT: support.open_support,
        ActId.READ_SUPPORT: support.read_support,
        ActId.SET_EMERGENCY_WILL: emergency.set_will,
        ActId.REFUSE_EMERGENCY: emergency.refuse,
        ActId.BREAK_GLASS: emergency.break_glass,
        ActId.CONFIRM_EMERGENCY: emergency.confirm,
        ActId.ISSUE_ACCESS_CARD: cards.issue,
        ActId.USE_ACCESS_CARD: cards.use,
        ActId.REVOKE_ACCESS_CARD: cards.revoke,
        ActId.REQUEST_ACCESS: requests.request,
        ActId.ACCEPT_REQUEST: requests.accept,
        ActId.DECLINE_REQUEST: requests.decline,
        ActId.REOPEN_SPACE: archive.reopen_space,
        ActId.ERASE_CONTENT: archive.erase_content,
        ActId.REVERSE_REFUSAL: opening.reverse_refusal,
        ActId.EXPORT_JOURNAL: leaving.export_journal,
        ActId.RECORD_DELIVERY: letters.record_delivery,
        ActId.RECORD_RETURN: letters.record_return,
    }
)
