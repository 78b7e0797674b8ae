"""The proof of her journal and the receipt of a line, from her pages to the verifiers, as a person meets them."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from espace_sante.formats.line_receipt import line_receipt_pdf
from tests.journeys.counter import with_her
from tests.journeys.surfer import Surfer
from tests.journeys.test_story import opened, surfer
from tests.needs import ROOT
from tests.pdf_text import text
from tests.publishing import Publisher, publishing
from tests.served import ServedHouse
from tests.verifier.both import Answer, Question, ask

pytestmark = [pytest.mark.database]
PAGE = "/moi/journal/preuve"
DPI = 200


@pytest.fixture
def publisher(whole: ServedHouse) -> Iterator[Publisher]:
    with publishing(whole.house.settings) as one:
        yield one


def published(whole: ServedHouse, publisher: Publisher) -> None:
    whole.background.run(publisher.publish())


def checked(folder: Path, data: bytes, publisher: Publisher) -> Answer:
    return ask(folder, [Question(data, publisher.policy, int(time.time()) + 60)])[0]


def read_back(pdf: bytes) -> bytes:
    """Return the bytes a machine reads on the first page, drawn as a printer would."""
    with pypdfium2.PdfDocument(pdf) as document:
        image = document[0].render(scale=DPI / 72, grayscale=True).to_pil()
    (found,) = [one for one in zxingcpp.read_barcodes(image) if one.valid]
    return bytes(found.bytes)


def test_she_receives_a_file_that_both_verifiers_hold(whole: ServedHouse, publisher: Publisher, tmp_path: Path) -> None:
    opened(whole, "jeanne")
    person = surfer(whole, "jeanne")
    assert PAGE in person.get("/moi/journal").links
    page = person.get(PAGE)
    assert "/verifier/verify.py" in page.links and "/garanties/g06-journal-que-nul-ne-reecrit" in page.links
    for link in ("/verifier/verify.py", "/garanties/g06-journal-que-nul-ne-reecrit"):
        assert person.get(link).status == 200
    early = person.submit(page.form(PAGE), {})
    assert early.status == 200 and "n'a encore rien publié" in early.words.replace("’", "'")
    published(whole, publisher)
    file = person.submit(person.get(PAGE).form(PAGE), {})
    assert re.fullmatch(r'attachment; filename="preuve-\d{4}-\d\d-\d\d\.txt"', file.header("content-disposition"))
    assert file.header("cache-control") == "no-store" and file.header("journal-entry")
    answer = checked(tmp_path, file.body, publisher)
    assert (answer.code, answer.report["entries"] > 1) == (0, True), answer
    wrong = person.submit(person.get(PAGE).form(PAGE), {"first": "1999"})
    assert wrong.status == 400 and "Ces années ne vont pas" in wrong.words
    assert "Vous avez demandé la preuve de votre journal" in person.get("/moi/journal").words


def test_the_verifiers_are_given_as_they_stand_and_their_hashes_are_on_the_page_of_the_promise() -> None:
    page = (ROOT / "docs" / "guarantees" / "g06-journal-que-nul-ne-reecrit.md").read_text()
    for name in ("verify.py", "verify.mjs"):
        assert hashlib.sha256((ROOT / "verifier" / name).read_bytes()).hexdigest() in page, name


def test_the_verifier_that_is_served_is_the_one_of_the_tree(whole: ServedHouse) -> None:
    visitor = Surfer(whole.port)
    for name in ("verify.py", "verify.mjs"):
        seen = visitor.get(f"/verifier/{name}")
        assert seen.body == (ROOT / "verifier" / name).read_bytes()
        assert seen.header("content-type").startswith("text/plain")
    assert visitor.get("/verifier/policy.json").status == 404


def test_the_receipt_of_a_line_is_read_back_from_the_printed_page(
    whole: ServedHouse, publisher: Publisher, tmp_path: Path
) -> None:
    opened(whole, "marcel")
    person = surfer(whole, "marcel")
    published(whole, publisher)
    page = person.get("/moi/journal")
    shown = person.submit(page.form("/moi/journal/recu"), {"line": "0"})
    assert shown.status == 200 and "<svg" in shown.body.decode()
    pdf = person.submit(shown.form("/moi/journal/recu.pdf"), {})
    assert pdf.header("content-type") == "application/pdf"
    data = read_back(pdf.body)
    answer = checked(tmp_path, data, publisher)
    assert answer.code == 0 and answer.report["code"] in text(pdf.body)
    assert answer.report["code"] in shown.words
    # A line that was written after the publication, one that is not there, and what is no number.
    late = person.submit(page.form("/moi/journal/recu"), {"line": "2"})
    assert late.status == 200 and "pas encore dans le journal public" in late.words
    for wrong in ("999999999", "x", "-1", ""):
        seen = person.submit(page.form("/moi/journal/recu"), {"line": wrong})
        assert "<svg" not in seen.body.decode() or "es-line-code" not in seen.body.decode(), wrong


def test_the_longest_receipt_is_read_back_from_paper() -> None:
    data = bytes(value % 256 for value in range(1370))
    pdf = line_receipt_pdf(
        "Reçu", data, lines=("le",), paragraphs=("Ce code",), reference="r", after=("Après",), alt="Code"
    )
    assert read_back(pdf) == data


def test_at_the_counter_nothing_is_printed_and_a_letter_is_written(whole: ServedHouse, publisher: Publisher) -> None:
    opened(whole, "lucie")
    published(whole, publisher)
    agent, ins = surfer(whole, "petit"), whole.house.provider.accounts["lucie"].ins
    for word, said in (("guichet", "La lettre de son journal"), ("telephone", "formulaire à signer")):
        seen = with_her(agent, word, "prove_journal", ins)
        assert seen.status == 200 and said in seen.words, seen.words
        assert seen.header("content-type").startswith("text/html")
