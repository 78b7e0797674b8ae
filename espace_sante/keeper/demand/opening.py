"""Inviting, opening, refusing, closing, and the receipts of them.

Part of the frozen contract with the keeper. Source: docs/specs/demand.md.
"""

from __future__ import annotations

import msgspec


class Traits(msgspec.Struct, frozen=True, omit_defaults=True):
    """Identity traits, as in the INS: names in capitals, birth date AAAA-MM-JJ (may be partial), sex M, F or I."""

    birth_name: str
    first_given: str
    birth_date: str
    sex: str
    used_name: str = ""
    birth_place: str = ""


class InviteParams(msgspec.Struct, frozen=True):
    """Whom to invite: an INS or a local number given at a counter, her traits, and by which way she gets it ("letter",
    "counter", "professional", "web"; "" when nobody said).
    """

    person: str
    traits: Traits
    way: str = ""


class InviteAnswer(msgspec.Struct, frozen=True):
    """The code printed on the letter, and the last day it answers (AAAA-MM-JJ)."""

    code: str
    expires_on: str


class OpenParams(msgspec.Struct, frozen=True):
    """Her answers, asked separately, and the exact words shown to her.

    `answers`: by question, those to the further questions of the notice; one that is not there was not answered, and is a no.
    `department`: the code of hers, for the public counts alone, "" when she did not say.
    """

    deposits: bool
    notice_version: str
    notice_language: str
    notice_sha256: str
    answers: dict[str, str] = {}
    department: str = ""


class OpenAnswer(msgspec.Struct, frozen=True):
    """Her public id (32 hex) and the signed receipt (canonical JSON)."""

    person: str
    receipt: bytes


class RefuseParams(msgspec.Struct, frozen=True):
    """The exact words shown to her; `remember`: she asks that nobody propose it again; `department` as in OpenParams."""

    notice_version: str
    notice_language: str
    notice_sha256: str
    remember: bool = False
    department: str = ""


class ReverseRefusalParams(msgspec.Struct, frozen=True):
    """She may be proposed a space again: nothing more to say."""


class DeliveryParams(msgspec.Struct, frozen=True):
    """How a letter is known to be in her hands ("registered", "counter"), and on which day (AAAA-MM-JJ)."""

    proof: str
    day: str


class ReturnParams(msgspec.Struct, frozen=True):
    """A letter came back, or a message bounced: nothing more to say."""


class NotedAnswer(msgspec.Struct, frozen=True):
    """It is noted: said alike whether there was a letter or not."""


class ReopenParams(msgspec.Struct, frozen=True):
    """Her answer to the question of deposits, asked again."""

    deposits: bool


class EraseParams(msgspec.Struct, frozen=True):
    """Erase an archive now: nothing more to say."""


class ReceiptAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The signed receipt (canonical JSON). `still`: another will of hers keeps this act without its effect.

    A permission to somebody she blocks, or a mask taken back from what another mask still hides.
    """

    receipt: bytes
    still: bool = False


class ChoiceParams(msgspec.Struct, frozen=True):
    """One answer changed alone; `purpose` is the code of the use it is about, "" for the answers about her whole space."""

    purpose: str = ""


class ChoiceView(msgspec.Struct, frozen=True):
    """One answer as shown to her: which (consent.choices), about which use, whether it gives, and since when ("" never)."""

    choice: str
    purpose: str
    gives: bool
    since: str


class CloseParams(msgspec.Struct, frozen=True):
    """Close: erase (no year, the default), or keep as an archive that nobody reads for so many years, ten at most.

    `department` as in OpenParams.
    """

    archive_years: int = 0
    department: str = ""
