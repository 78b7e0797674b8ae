"""Leaves that are no entries: not told from entries before their day, taken away exactly after it."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.journal.padding import (
    KEPT_DAYS,
    Padding,
    PaddingRefused,
    day_key,
    dummy,
    may_be_told,
    missing,
    read_padding,
    without_padding,
)
from espace_sante.journal.publication import Head, Publication, Waiting, padded
from espace_sante.journal.tiles import make_leaf

SEED = bytes(range(32))
DAY = date(2026, 12, 1)


def entries(count: int) -> list[Waiting]:
    return [Waiting(n, hashlib.sha256(b"t%d" % n).digest(), hashlib.sha256(b"c%d" % n).digest()) for n in range(count)]


def publication(day: date, dummies: int) -> Publication:
    head = Head(16, bytes(32), b"")
    return Publication(head, head, bytes(73), datetime(2026, 12, 1, tzinfo=UTC), day, dummies)


def test_a_dummy_is_made_as_the_page_of_the_format_says() -> None:
    key = hmac.new(SEED, b"espace-journal/v1/padding\0" + b"2026-12-01", "sha256").digest()
    assert day_key(SEED, DAY) == key
    for label, made in zip((b"tag", b"com"), dummy(key, 7), strict=True):
        said = b"espace-journal/v1/dummy-" + label + b"\0" + (7).to_bytes(8, "big")
        assert made == hmac.new(key, said, "sha256").digest()


@given(st.integers(0, 10_000), st.integers(1, 4096))
def test_a_batch_is_padded_to_a_multiple_and_no_further(count: int, multiple: int) -> None:
    assert 0 <= missing(count, multiple) < multiple
    assert (count + missing(count, multiple)) % multiple == 0


def test_nothing_waiting_is_not_padded() -> None:
    assert padded([], None, seed=SEED, multiple=16, today=DAY).leaves == ()


def test_the_order_of_a_batch_is_that_of_its_tags_whatever_the_order_of_its_entries() -> None:
    there = padded(entries(5), None, seed=SEED, multiple=16, today=DAY)
    back = padded(entries(5)[::-1], None, seed=SEED, multiple=16, today=DAY)
    assert there == back
    assert [leaf.tag for leaf in there.leaves] == sorted(leaf.tag for leaf in there.leaves)
    assert sum(leaf.entry_id is None for leaf in there.leaves) == there.dummies == 11


@pytest.mark.parametrize(
    ("last", "today", "day", "dummies"),
    [
        (publication(DAY, 11), DAY, DAY, 22),  # numbers go on within a day
        (publication(DAY, 11), date(2026, 12, 2), date(2026, 12, 2), 11),  # and begin again the next
        (publication(DAY, 11), date(2026, 11, 30), DAY, 22),  # a clock that goes back adds to no day that is told
    ],
)
def test_no_dummy_is_made_twice_and_no_day_goes_back(last: Publication, today: date, day: date, dummies: int) -> None:
    batch = padded(entries(5), last, seed=SEED, multiple=16, today=today)
    assert (batch.day, batch.dummies) == (day, dummies)
    first = {leaf.tag for leaf in padded(entries(5), None, seed=SEED, multiple=16, today=DAY).leaves} - {
        entry.tag for entry in entries(5)
    }
    assert not first & {leaf.tag for leaf in batch.leaves}


def test_a_day_is_told_once_it_is_old_and_closed() -> None:
    for age, told in ((KEPT_DAYS, False), (KEPT_DAYS + 1, True)):
        assert may_be_told(DAY, today=date(2026, 12, 1 + age), last_day=date(2026, 12, 31)) is told
    assert not may_be_told(DAY, today=date(2027, 1, 1), last_day=DAY), "a batch could still add to it"


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 16))
def test_what_is_left_without_the_dummies_told_is_the_entries(first: int, second: int, multiple: int) -> None:
    one = padded(entries(first), None, seed=SEED, multiple=multiple, today=DAY)
    last = publication(one.day, one.dummies)
    rest = entries(first + second)[first:]
    two = padded(rest, last, seed=SEED, multiple=multiple, today=date(2026, 12, 3))
    leaves = [leaf.content for leaf in (*one.leaves, *two.leaves)]
    told = [
        Padding(day, count, day_key(SEED, day)) for day, count in {one.day: one.dummies, two.day: two.dummies}.items()
    ]
    told = [read_padding(bytes(each)) for each in told]
    left = without_padding(leaves, told)
    assert sorted(left) == sorted(make_leaf(one.tag, one.com) for one in entries(first + second))


def test_a_count_that_is_too_large_is_seen() -> None:
    batch = padded(entries(5), None, seed=SEED, multiple=16, today=DAY)
    leaves = [leaf.content for leaf in batch.leaves]
    without_padding(leaves, [Padding(DAY, 11, day_key(SEED, DAY))])
    for false in (Padding(DAY, 12, day_key(SEED, DAY)), Padding(DAY, 1, bytes(32))):
        with pytest.raises(PaddingRefused):
            without_padding(leaves, [false])


WRITTEN = bytes(Padding(DAY, 3, bytes(32)))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        WRITTEN[:-1],
        WRITTEN + b"\n",
        WRITTEN.replace(b":3,", b":03,"),
        WRITTEN.replace(b":3,", b":-3,"),
        WRITTEN.replace(b":3,", b":30000000,"),
        WRITTEN.replace(b"2026-12-01", b"2026-13-01"),
        WRITTEN.replace(b"00", b"0G", 1),
        WRITTEN.replace(b"3", "٣".encode()),
        WRITTEN.replace(b":3", b": 3"),
        b"\xff" + WRITTEN,
    ],
)
def test_any_other_form_of_the_file_is_refused(content: bytes) -> None:
    assert read_padding(WRITTEN) == Padding(DAY, 3, bytes(32))
    with pytest.raises(PaddingRefused):
        read_padding(content)
