"""Which MessagePack structure carries each act's parameters, and which acts read."""

from __future__ import annotations

from typing import Any

import msgspec

from espace_sante.access.request import ActId
from espace_sante.keeper import demand as d
from espace_sante.keeper.acts.choosing import PAIRS

PARAMS: dict[str, type] = {
    ActId.INVITE: d.InviteParams,
    ActId.OPEN_SPACE: d.OpenParams,
    ActId.REFUSE_SPACE: d.RefuseParams,
    ActId.DEPOSIT_DOCUMENT: d.DepositParams,
    ActId.LIST_DOCUMENTS: d.ListParams,
    ActId.READ_DOCUMENT: d.ReadParams,
    ActId.WRITE_RESOURCE: d.WriteResourceParams,
    ActId.READ_RESOURCE: d.ReadResourceParams,
    ActId.GRANT_ACCESS: d.GrantParams,
    ActId.LIMIT_GRANT: d.LimitParams,
    ActId.NAME_ADMINISTRATOR: d.AdministratorParams,
    ActId.WITHDRAW_ACCESS: d.WithdrawParams,
    ActId.MASK: d.MaskParams,
    ActId.UNMASK: d.UnmaskParams,
    ActId.BLOCK: d.BlockParams,
    ActId.UNBLOCK: d.UnblockParams,
    ActId.KEEP_EPISODE: d.KeepEpisodeParams,
    ActId.END_EPISODE: d.EndEpisodeParams,
    **dict.fromkeys((act for pair in PAIRS.values() for act in pair), d.ChoiceParams),
    ActId.ANNOUNCE_DOCUMENT: d.AnnounceParams,
    ActId.READ_JOURNAL: d.JournalParams,
    ActId.CLOSE_SPACE: d.CloseParams,
    ActId.CONTEST_ACCESS: d.ContestParams,
    ActId.REPORT_MISTAKE: d.MistakeParams,
    ActId.LIST_CASES: d.CaseListParams,
    ActId.ANSWER_CASE: d.AnswerCaseParams,
    ActId.CONFIRM_CASE_ANSWER: d.ConfirmCaseParams,
    ActId.ALLOW_SUPPORT: d.AllowSupportParams,
    ActId.END_SUPPORT: d.EndSupportParams,
    ActId.OPEN_SUPPORT: d.OpenSupportParams,
    ActId.READ_SUPPORT: d.ReadSupportParams,
    ActId.SET_EMERGENCY_WILL: d.EmergencyParams,
    ActId.REFUSE_EMERGENCY: d.NoEmergencyParams,
    ActId.BREAK_GLASS: d.BreakGlassParams,
    ActId.CONFIRM_EMERGENCY: d.ConfirmEmergencyParams,
    ActId.ISSUE_ACCESS_CARD: d.IssueCardParams,
    ActId.USE_ACCESS_CARD: d.UseCardParams,
    ActId.REVOKE_ACCESS_CARD: d.RevokeCardParams,
    ActId.REQUEST_ACCESS: d.RequestParams,
    ActId.ACCEPT_REQUEST: d.AcceptRequestParams,
    ActId.DECLINE_REQUEST: d.DeclineRequestParams,
    ActId.REOPEN_SPACE: d.ReopenParams,
    ActId.ERASE_CONTENT: d.EraseParams,
    ActId.REVERSE_REFUSAL: d.ReverseRefusalParams,
    ActId.EXPORT_JOURNAL: d.ExportParams,
    ActId.PROVE_JOURNAL: d.ProveParams,
    ActId.RECORD_DELIVERY: d.DeliveryParams,
    ActId.RECORD_RETURN: d.ReturnParams,
    ActId.LIST_LETTERS: d.LettersParams,
    ActId.RENEW_ACCOUNT: d.RenewAccountParams,
    ActId.PRINT_LETTER: d.PrintLetterParams,
    ActId.POST_LETTER: d.PostLetterParams,
    ActId.GIVE_ADDRESS: d.AddressParams,
    ActId.REMOVE_ADDRESS: d.AddressParams,
    ActId.ASK_REMINDERS: d.RemindersParams,
    ActId.STOP_REMINDERS: d.RemindersParams,
    ActId.CHOOSE_LETTERS: d.ChooseLettersParams,
    ActId.RETURN_LETTER: d.ReturnLetterParams,
    ActId.CHANGE_CONTACT: d.ContactParams,
    ActId.REMOVE_CONTACT: d.RemoveContactParams,
    ActId.CONFIRM_CONTACT: d.ConfirmContactParams,
    ActId.CHOOSE_NOTICES: d.ChooseNoticesParams,
    ActId.EXPECT_ACCESS: d.ExpectParams,
    ActId.RECORD_ORDER: d.RecordOrderParams,
    ActId.CONFIRM_ORDER: d.ConfirmOrderParams,
    ActId.PROLONG_ORDER: d.ProlongOrderParams,
    ActId.LIST_ORDERS: d.ListOrdersParams,
    ActId.LIST_ORDERED: d.ListOrderedParams,
    ActId.READ_ORDERED: d.ReadOrderedParams,
    ActId.OPEN_SANDBOX: d.OpenSandboxParams,
    ActId.RECEIVE_COUPON: d.CouponParams,
    ActId.HANDLE_PAGE: d.HandlePageParams,
    ActId.KEEP_SHEETS: d.SheetsParams,
    ActId.AUTHORISE_APP: d.AuthoriseAppParams,
    ActId.END_APP: d.EndAppParams,
    ActId.CONTEST_DEATH: d.ContestDeathParams,
    ActId.RECORD_DEATH: d.RecordDeathParams,
    ActId.DEMAND_AFTER_DEATH: d.AfterDeathParams,
    ActId.LIST_AFTER_DEATH: d.ListAfterDeathParams,
    ActId.READ_AFTER_DEATH: d.ReadAfterDeathParams,
    ActId.RECORD_REPRESENTATION: d.RepresentationParams,
    ActId.CONFIRM_REPRESENTATION: d.RepresentationParams,
    ActId.END_REPRESENTATION: d.EndRepresentationParams,
    ActId.CONTEST_REPRESENTATION: d.ContestRepresentationParams,
    ActId.NAME_HELPER: d.NameHelperParams,
    ActId.CHECK_MANDATE: d.CheckMandateParams,
    ActId.ACCEPT_MANDATE: d.AcceptMandateParams,
    ActId.READ_MANDATE: d.ReadMandateParams,
    ActId.END_MANDATE: d.EndMandateParams,
    ActId.NAME_TRUSTED_PERSON: d.TrustedParams,
    ActId.END_TRUSTED_PERSON: d.EndTrustedParams,
}
READING = frozenset(
    {
        *(ActId.LIST_DOCUMENTS, ActId.READ_DOCUMENT, ActId.READ_JOURNAL, ActId.EXPORT_JOURNAL),
        *(ActId.LIST_CASES, ActId.READ_SUPPORT, ActId.LIST_LETTERS, ActId.LIST_ORDERS),
        *(ActId.READ_RESOURCE, ActId.READ_MANDATE),
    }
)
WITHOUT_SPACE = frozenset({ActId.INVITE, ActId.OPEN_SPACE, ActId.REFUSE_SPACE})

_DECODERS: dict[str, msgspec.msgpack.Decoder[Any]] = {
    act: msgspec.msgpack.Decoder(kind) for act, kind in PARAMS.items()
}


def decode_params(act: str, data: bytes) -> Any:
    """Return an act's parameters; raises msgspec.DecodeError (a ValueError) when they are not its own."""
    decoder = _DECODERS.get(act)
    if decoder is None:
        raise msgspec.DecodeError("unknown act")
    try:
        return decoder.decode(data)
    except RecursionError:  # nested without end: no act's parameters are
        raise msgspec.DecodeError("too deep") from None
