"""The list of destroyed keys: what was signed in this order is accepted, and anything else is refused at the line at fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.vault.destroy import Certificate, certify_destruction
from espace_sante.vault.destroyed_list import Intended, Line, ListRefused, check_list, intend, next_line
from espace_sante.vault.keys import new_service_keys

SERVICE = new_service_keys(lambda size: bytes(range(size)))
OTHER = new_service_keys(lambda size: bytes(range(1, size + 1)))
KEY = SERVICE.verification_key
AT = datetime(2026, 11, 26, 12, tzinfo=UTC)


def lines_of(count: int, sign: Callable[[bytes], bytes] = SERVICE.sign) -> list[Line]:
    found: list[Line] = []
    for n in range(count):
        certificate = certify_destruction(sign, journal=bytes([n]) * 32, blob_sha256=bytes([n + 1]) * 32, at=AT)
        last = found[-1] if found else None
        found.append(next_line(sign, last, space=UUID(int=n + 1), reference=f"{n:020d}", certificate=certificate))
    return found


LINES = lines_of(6)
BEGUN = intend(SERVICE.sign, space=UUID(int=99), journal=b"j" * 32, blob_sha256=b"b" * 32)


def flipped(content: bytes, at: int) -> bytes:
    changed = bytearray(content)
    changed[at % len(content)] ^= 1
    return bytes(changed)


CHANGES: dict[str, Callable[[Line, int], Line]] = {
    "number": lambda one, _: replace(one, number=one.number + 1),
    "space": lambda one, at: replace(one, space=UUID(bytes=flipped(one.space.bytes, at))),
    "reference": lambda one, at: replace(one, reference=one.reference[:-1] + str((int(one.reference[-1]) + 1) % 10)),
    "link": lambda one, at: replace(one, link=flipped(one.link, at)),
    "signed": lambda one, at: replace(one, signed=flipped(one.signed, at)),
    "payload": lambda one, at: replace(
        one, certificate=Certificate(flipped(one.certificate.payload, at), one.certificate.signature)
    ),
    "signature": lambda one, at: replace(
        one, certificate=Certificate(one.certificate.payload, flipped(one.certificate.signature, at))
    ),
}


@given(st.integers(0, 6))
def test_what_was_signed_in_this_order_is_accepted_up_to_any_line(count: int) -> None:
    check_list(KEY, LINES[:count], [BEGUN])


@given(st.sampled_from(sorted(CHANGES)), st.integers(0, 5), st.integers(0, 500))
def test_a_line_changed_in_any_member_is_refused(member: str, which: int, at: int) -> None:
    lines = [*LINES]
    lines[which] = CHANGES[member](lines[which], at)
    with pytest.raises(ListRefused) as refused:
        check_list(KEY, lines, [])
    assert refused.value.number == which + 1


@given(st.permutations(range(6)), st.integers(0, 6))
def test_lines_moved_or_taken_out_are_refused(order: list[int], count: int) -> None:
    lines = [LINES[one] for one in order[:count]]
    if lines == LINES[:count]:
        return check_list(KEY, lines, [])
    with pytest.raises(ListRefused):
        check_list(KEY, lines, [])


def test_a_line_added_by_another_service_is_refused_even_when_it_follows() -> None:
    certificate = certify_destruction(OTHER.sign, journal=b"x" * 32, blob_sha256=b"y" * 32, at=AT)
    added = next_line(OTHER.sign, LINES[-1], space=UUID(int=50), reference="0" * 20, certificate=certificate)
    genuine = replace(added, certificate=LINES[0].certificate)
    for one in (added, genuine):
        with pytest.raises(ListRefused) as refused:
            check_list(KEY, [*LINES, one], [])
        assert refused.value.number == 7
    with pytest.raises(ListRefused):
        check_list(KEY, lines_of(2, OTHER.sign), [])


@given(st.sampled_from(("space", "journal", "blob_sha256", "signature")), st.integers(0, 63))
def test_an_intention_that_the_service_did_not_sign_is_refused(member: str, at: int) -> None:
    changed: dict[str, Intended] = {
        "space": replace(BEGUN, space=UUID(bytes=flipped(BEGUN.space.bytes, at))),
        "journal": replace(BEGUN, journal=flipped(BEGUN.journal, at)),
        "blob_sha256": replace(BEGUN, blob_sha256=flipped(BEGUN.blob_sha256, at)),
        "signature": replace(BEGUN, signature=flipped(BEGUN.signature, at)),
    }
    for one in (changed[member], replace(BEGUN, signature=b"")):
        with pytest.raises(ListRefused):
            check_list(KEY, LINES, [one])


def test_a_key_that_is_none_refuses_everything() -> None:
    with pytest.raises(ListRefused):
        check_list(b"short", [], [])
