"""The contract between the processes of the house: what was written before a field was added is still read."""

from __future__ import annotations

import msgspec
import pytest

from espace_sante.keeper import demand as d
from espace_sante.keeper.compartment import ListLine

ENCODE, DECODE = msgspec.msgpack.encode, msgspec.msgpack.decode
DEPOSIT = {
    "row": bytes(16),
    "category": 5,
    "wrapped": b"w",
    "sealed": b"s",
    "line": b"l",
    "unique_id": "urn:oid:1.2",
    "sha256": bytes(32),
}
# Each structure, and the least that was ever sent or kept of it.
FIRST = [
    (d.DepositParams, DEPOSIT),
    (d.DepositAnswer, {"document": "x", "receipt": b"{}"}),
    (d.ReadParams, {"row": bytes(16)}),
    (d.ReadAnswer, {"key": b"k", "sealed": b"s", "version": 1}),
    (d.ListParams, {}),
    (d.Line, ["x", b"m"]),
    (d.ListAnswer, {"total": 1, "lines": [["x", b"m", True]]}),
    (ListLine, [bytes(16), 5, 0, b"m"]),
    (d.ReceiptAnswer, {"receipt": b"{}"}),
    (
        d.InviteParams,
        {"person": "local:1", "traits": dict.fromkeys(("birth_name", "first_given", "birth_date", "sex"), "x")},
    ),
    (d.RefuseParams, dict.fromkeys(("notice_version", "notice_language", "notice_sha256"), "x")),
    (d.CloseParams, {}),
    (d.SessionAnswer, dict.fromkeys(("kind", "identifier", "name", "profession", "structure"), "x")),
    (d.JournalAnswer, {"n": 1, "records": [], "references": [], "grants": b""}),
]


@pytest.mark.parametrize(("kind", "least"), FIRST, ids=[kind.__name__ for kind, _ in FIRST])
def test_what_was_sent_or_kept_before_is_still_read(kind: type, least: object) -> None:
    found = DECODE(ENCODE(least), type=kind)
    assert DECODE(ENCODE(found), type=kind) == found


def test_a_deposit_without_anything_new_replaces_nothing_and_is_alone() -> None:
    found = DECODE(ENCODE(DEPOSIT), type=d.DepositParams)
    assert (found.replaces, found.others) == ("", ())


def test_a_list_shows_present_versions_unless_asked_otherwise() -> None:
    assert DECODE(ENCODE({}), type=d.ListParams) == d.ListParams(0, 50, "current", ())


def test_a_submission_goes_and_comes_back_whole() -> None:
    one = DECODE(ENCODE(DEPOSIT), type=d.DepositParams)
    whole = msgspec.structs.replace(one, others=(one, one), replaces="urn:oid:1.1")
    assert DECODE(ENCODE(whole), type=d.DepositParams) == whole
    answer = d.DepositAnswer("x", b"{}", False, 5, "y", (d.DepositAnswer("z", b"{}"),))
    assert DECODE(ENCODE(answer), type=d.DepositAnswer) == answer


def test_metadata_written_before_a_field_was_added_are_still_read() -> None:
    least = dict.fromkeys(
        ("unique_id", "title", "type_code", "type_system", "type_display", "media_type", "sha256", "sha1", "created"),
        "x",
    )
    least |= dict.fromkeys(("deposited", "author_id", "author_name", "structure"), "x")
    found = DECODE(ENCODE(least | {"category": 5, "size": 1}), type=d.DocumentMeta)
    assert (found.authors, found.submission, found.confidentiality) == ((), None, ())
