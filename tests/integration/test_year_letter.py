"""Her journal of one year, on paper: asked for at a counter or by post, printed by the mail room, compared by anybody."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pypdfium2
import pytest
import zxingcpp

from espace_sante.access.request import ActId
from espace_sante.actions.party_said import nobody_named
from espace_sante.journal.entry import reference
from espace_sante.keeper import demand as d
from espace_sante.keeper import gather_proof
from espace_sante.kernel.readable import in_fives
from espace_sante.web.operator.letter_bundle import bundle
from espace_sante.web.operator.letter_words import Writer
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, act, clock
from tests.integration.test_letters import waiting
from tests.integration.test_prove_journal import COUNTER, PHONE, checked, lived, played, records_of
from tests.pdf_text import text
from tests.publishing import Publisher

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
PAPER: dict[str, Any] = {"channel": "paper", "proof": "signed_form", "on_behalf": True}


async def asked(house: House, way: dict[str, Any], params: d.ProveParams | None = None) -> d.Answer:
    ins = f"ins:{house.provider.find('jeanne').ins}"
    return await house.ask(await house.sign_in("petit"), "prove_journal", params or d.ProveParams(), person=ins, **way)


async def printed(house: House, letter: str) -> d.PrintedAnswer:
    values = {"letter": letter, "again": "no"}
    outcome = await act(house, await house.sign_in("accueil"), ActId.PRINT_LETTER, {**values}, person="")
    assert isinstance(outcome.result, d.PrintedAnswer)
    return outcome.result


def paper(house: House, answer: d.PrintedAnswer) -> bytes:
    at = house.now()
    return bundle(Writer(house.settings, nobody_named), [answer], at).as_file("lettres.pdf", at)[0]


def codes_on(pdf: bytes) -> list[bytes]:
    """Return the bytes of every code a machine reads on any page, at 200 dots an inch."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            image = page.render(scale=200 / 72, grayscale=True).to_pil()
            found += [bytes(one.bytes) for one in zxingcpp.read_barcodes(image) if one.valid]
    return found


@pytest.mark.parametrize("way", [COUNTER, PAPER], ids=["counter", "paper"])
def test_the_letter_says_her_lines_and_bears_the_receipt_of_the_last(
    empty_databases: Databases, tmp_path: Path, way: dict[str, Any]
) -> None:
    async def play(house: House, publisher: Publisher) -> None:
        her, _ = await lived(house)
        await house.ask(her, "mask", d.MaskParams(b"", 5, ""))
        assert isinstance(await asked(house, way), d.Done)
        size = await publisher.publish()
        (number,) = (await waiting(house)).waiting
        answer = await printed(house, number)
        (letter,) = answer.letters
        shown = letter.year
        assert shown is not None and letter.items == ()
        records = await records_of(house, her)
        # The line of the printing itself comes after what is printed.
        assert shown.count == len(shown.records) == 7
        assert [msgspec.json.decode(one)["seq"] for one in shown.records] == list(range(6, -1, -1))
        assert msgspec.convert(msgspec.to_builtins(answer), d.PrintedAnswer) == answer, "as the interface gives it"
        pdf = paper(house, answer)
        said = text(pdf)
        assert f"Votre journal de l’année {house.now().year}" in said and "compte 7 lignes" in said
        assert "Vous avez ouvert votre espace." in said and "Dr Awa Diallo" in said
        assert "Vous avez changé ce que vous cachez." in said and "Biologie" not in said
        assert "JEANNE AUBERTIN" in said and b"category" not in b"".join(shown.records)
        prev = msgspec.json.decode(records[7])["prev"]
        assert in_fives(reference(bytes.fromhex(prev))) in said, "the last commitment"
        assert in_fives(reference(publisher.head.root)) in said and f"comptait {size} lignes" in said
        assert "une mairie ou une association peut la comparer" in said
        (receipt,) = [one for one in codes_on(pdf) if one.startswith(b"ESR1")]
        proof = checked(tmp_path, receipt, publisher)
        assert (proof.code, proof.report["code"]) == (0, reference(bytes.fromhex(prev)))

    played(empty_databases, play)


def test_each_year_asked_for_is_one_letter(empty_databases: Databases, clock: Clock) -> None:
    async def play(house: House, _: Publisher) -> None:
        await lived(house)
        year = clock().year
        clock.ahead = datetime(year + 1, 3, 1, tzinfo=UTC) - datetime.now(UTC)
        assert isinstance(await asked(house, COUNTER, d.ProveParams(year, year + 1)), d.Done)
        (number,) = (await waiting(house)).waiting
        shown = [letter.year for letter in (await printed(house, number)).letters]
        assert sorted((one.year, one.count) for one in shown if one) == [(year, 5), (year + 1, 1)]

    played(empty_databases, play, now=clock)


def test_a_call_writes_no_letter_nor_do_years_that_are_not_hers(empty_databases: Databases) -> None:
    async def play(house: House, publisher: Publisher) -> None:
        await lived(house)
        started = await asked(house, PHONE)
        assert isinstance(started, d.Done) and started.effect == "starts"
        assert (await waiting(house)).waiting == ()
        year = house.now().year
        for wrong in (d.ProveParams(year - 1), d.ProveParams(0, year + 1), d.ProveParams(year, year - 1)):
            answer = await asked(house, COUNTER, wrong)
            assert isinstance(answer, d.Refused) and answer.code == "proof-years"
        assert (await waiting(house)).waiting == ()
        assert not publisher.folder.exists()

    played(empty_databases, play)


def test_before_anything_is_published_the_letter_says_so(empty_databases: Databases) -> None:
    async def play(house: House, _: Publisher) -> None:
        await lived(house)
        await asked(house, COUNTER)
        (number,) = (await waiting(house)).waiting
        answer = await printed(house, number)
        pdf = paper(house, answer)
        assert "Le journal public n’a encore rien publié." in text(pdf)
        assert [one for one in codes_on(pdf) if one.startswith(b"ESR1")] == []

    played(empty_databases, play)


def test_a_long_year_shows_its_most_recent_lines_and_says_where_the_others_are(
    empty_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather_proof, "LINES_AT_ONCE", 3)

    async def play(house: House, publisher: Publisher) -> None:
        await lived(house)
        await asked(house, COUNTER)
        await publisher.publish()
        (number,) = (await waiting(house)).waiting
        answer = await printed(house, number)
        said = text(paper(house, answer))
        assert "compte 6 lignes" in said and "Voici les 3 plus récentes" in said and "ES-53" in said

    played(empty_databases, play)
