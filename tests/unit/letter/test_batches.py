"""Batches of letters: one file and its manifest without a name, whole again after a stop, sealed to a printer when they leave."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import zipfile
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from espace_sante.adapters.printer import (
    MAGIC,
    NotABatch,
    NotAKey,
    new_keys,
    opened_batch,
    public_key,
    sealed_batch,
    secret_key,
)
from espace_sante.formats.mail import mail_pdf
from espace_sante.formats.outline import NotOurs, title_pages
from espace_sante.keeper.demand import LetterFormView, PrintedAnswer
from espace_sante.web.operator.letter_batches import Batch, drawn, job_of, may_leave
from espace_sante.web.operator.letter_bundle import made
from espace_sante.web.operator.letter_files import archive
from tests.letters_drawn import FORMS, KINDS, WRITER
from tests.pdf_places import pages_of
from tests.whole_words import says

AT = datetime(2026, 11, 27, 8, tzinfo=UTC)
SECRET, PUBLIC = new_keys()


def batch(*kinds: str, form: str = "normal") -> Batch:
    one = msgspec.structs.replace
    printed = [
        PrintedAnswer(f"{number:02x}" * 16, (one(KINDS[kind], form=FORMS[form]),))
        for number, kind in enumerate(kinds, 1)
    ]
    return drawn(job_of(WRITER, made(WRITER, printed), "0A1B2C3D4E5F", AT))


def test_the_manifest_says_where_each_letter_stands_and_no_name() -> None:
    kinds = ("letters wait", "emergency", "what is open", "journal of a year", "to an author")
    found = batch(*kinds)
    pages = pages_of(found.pdf)
    manifest = json.loads(found.manifest())
    assert [line["place"] for line in manifest["lines"]] == [1, 2, 3, 4, 5]
    for line, kind in zip(manifest["lines"], kinds, strict=True):
        first = " ".join(piece.text for piece in pages[line["page"] - 1])
        assert line["number"][:4] in first, kind
        assert "".join(KINDS[kind].name.split()) in "".join(first.split())
        assert line["page"] % 2 == 1, "on the front of a sheet of paper"
    ends = [line["page"] + line["pages"] for line in manifest["lines"]]
    assert ends == [*(line["page"] for line in manifest["lines"][1:]), len(pages) + 1], "no page is left out"
    assert [line["way"] for line in manifest["lines"]] == ["post"] * 4 + ["directory"]
    for said in (found.manifest(), found.table()):
        for hers in ("GRANDPERRIN", "boulevard", "BOULEVARD", "63000", "1944", "99900000037"):
            assert not says(said, hers)
    assert manifest["sha256"]["lettres.pdf"] == hashlib.sha256(found.pdf).hexdigest()
    rows = list(csv.reader(io.StringIO(found.table().decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == [line["number"] for line in manifest["lines"]]


def test_a_checksum_tells_letters_apart_and_is_not_found_by_trying() -> None:
    same = [line.checksum for line in batch("letters wait", "letters wait").lines]
    assert same[0] != same[1], "the same words, another printing"
    assert [line.checksum for line in batch("letters wait", "letters wait").lines] == same


@pytest.mark.parametrize("kind", KINDS)
def test_two_persons_never_share_a_sheet_of_paper(kind: str) -> None:
    starts, count = title_pages(batch(kind, kind, kind).pdf)
    assert len(starts) == 4 and all(start % 2 == 0 for start in starts) and count > starts[-1]


def test_a_letter_that_must_not_leave_does_not() -> None:
    one = msgspec.structs.replace
    hers = KINDS["emergency"]
    letters = (
        (hers, True),
        (one(hers, form=LetterFormView(inside=True)), False),
        (one(hers, address=()), False),
        (KINDS["to an author"], False),
    )
    for letter, leaves in letters:
        (found,) = made(WRITER, [PrintedAnswer("ab" * 16, (letter,))])
        assert may_leave(found) is leaves


def test_a_sealed_batch_is_opened_by_its_printer_alone_whole() -> None:
    found = batch("emergency", form="braille")
    sealed = sealed_batch(public_key(PUBLIC), found.number, archive(found.all_files(), AT))
    number, files = opened_batch(secret_key(SECRET), sealed)
    assert (number, files) == (found.number, found.all_files())
    assert b"GRANDPERRIN" not in sealed and sealed.startswith(MAGIC)
    other = secret_key(new_keys()[0])
    renamed = sealed[: len(MAGIC)] + b"F" * 12 + sealed[len(MAGIC) + 12 :]
    for key, bad in (
        (other, sealed),
        (secret_key(SECRET), renamed),
        (secret_key(SECRET), sealed[:-1]),
        (secret_key(SECRET), b""),
        (secret_key(SECRET), sealed[1:]),
    ):
        with pytest.raises(NotABatch):
            opened_batch(key, bad)


@settings(max_examples=30)
@given(st.integers(0, 2000), st.integers(1, 255))
def test_one_byte_changed_anywhere_opens_nothing(place: int, change: int) -> None:
    sealed = bytearray(_SEALED)
    sealed[place % len(sealed)] ^= change
    with pytest.raises(NotABatch):
        opened_batch(secret_key(SECRET), bytes(sealed))


def _hostile(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(name, b"x")
    return sealed_batch(public_key(PUBLIC), "0A1B2C3D4E5F", out.getvalue())


_SEALED = _hostile("lettres.pdf")


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/b", "braille/../../x", ".x", "x" * 200])
def test_no_name_in_a_batch_leads_outside_of_its_folder(name: str) -> None:
    with pytest.raises(NotABatch):
        opened_batch(secret_key(SECRET), _hostile(name))


def test_a_key_is_known_for_what_it_is() -> None:
    for wrong in (SECRET, "", "espace-sante-imprimeur-public-1 ?", PUBLIC[:-20]):
        with pytest.raises(NotAKey):
            sealed_batch(public_key(wrong), "0A1B2C3D4E5F", b"")
    for wrong in (PUBLIC, "", SECRET[:-6]):
        with pytest.raises(NotAKey):
            secret_key(wrong)


def test_a_file_of_somebody_else_has_no_titles_here() -> None:
    with pytest.raises(NotOurs):
        title_pages(b"%PDF-1.7\n" + os.urandom(200))
    assert title_pages(mail_pdf("T", [("a", "b")], []))[0] == [0]
