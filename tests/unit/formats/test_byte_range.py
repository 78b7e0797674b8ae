"""Which bytes a Range header asks for: RFC 9110 section 14, case by case and beside a reference."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.formats.byte_range import Unsatisfiable, wanted


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=0-499", (0, 500)),
        ("bytes=500-999", (500, 1000)),
        ("bytes=999-", (999, 1000)),
        ("bytes=0-", (0, 1000)),
        ("bytes=500-5000", (500, 1000)),
        ("bytes=-1", (999, 1000)),
        ("bytes=-500", (500, 1000)),
        ("bytes=-5000", (0, 1000)),
        ("BYTES=7-7", (7, 8)),
        ("bytes=0-" + "9" * 18, (0, 1000)),
    ],
)
def test_a_range_is_the_bytes_it_names_both_ends_included(header: str, found: tuple[int, int]) -> None:
    assert wanted(header, 1000) == found


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5-4",
        "bytes=0-1,3-4",
        "bytes=a-b",
        "bytes= 0-1",
        "bytes=0-1 ",
        "bytes=0-1\n",
        "xbytes=0-1",
        "lines=0-1",
        "bytes=\u0661-",
        "bytes=0-" + "9" * 19,
        "bytes=" + "9" * 19 + "-",
    ],
)
def test_what_is_not_one_range_of_bytes_is_the_whole_document(header: str) -> None:
    assert wanted(header, 1000) is None


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-1000", "bytes=5000-6000", "bytes=-0"])
def test_a_range_that_holds_nothing_is_told(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        wanted(header, 1000)


def test_an_empty_document_has_no_range() -> None:
    for header in ("bytes=0-", "bytes=0-0", "bytes=-1"):
        with pytest.raises(Unsatisfiable):
            wanted(header, 0)


def test_a_range_of_other_bytes_than_these_is_the_whole_document() -> None:
    assert wanted("bytes=0-1", 10, '"a"', '"a"') == (0, 2)
    assert wanted("bytes=0-1", 10, '"a"', ' "a" ') == (0, 2)
    assert wanted("bytes=0-1", 10, '"a"', "") == (0, 2)
    assert wanted("bytes=0-1", 10, '"a"', '"b"') is None
    assert wanted("bytes=0-1", 10, "", '"b"') is None
    assert wanted("bytes=50-", 10, '"a"', '"b"') is None, "it is not looked at"


@given(st.none() | st.integers(0, 12), st.none() | st.integers(0, 12), st.integers(0, 10))
def test_the_bytes_wanted_are_those_one_would_pick_one_by_one(first: int | None, last: int | None, size: int) -> None:
    header = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    if (first is None and last is None) or (first is not None and last is not None and last < first):
        assert wanted(header, size) is None
        return
    if first is None:
        assert last is not None
        picked = [at for at in range(size) if size - at <= last]
    else:
        picked = [at for at in range(size) if at >= first and (last is None or at <= last)]
    if picked:
        assert wanted(header, size) == (picked[0], picked[-1] + 1)
    else:
        with pytest.raises(Unsatisfiable):
            wanted(header, size)
