"""The ledger and its import: nothing of one act told exactly, nothing dropped in silence, a damaged file said damaged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from espace_sante.cli.main import run_command
from espace_sante.formats.decp import read_procurement
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.public.ledger import COLUMNS, Damaged, Ledger, Post, refuse_words
from espace_sante.public.ledger_file import ledger_of, read_ledger
from espace_sante.public.procurement import Around, with_contracts
from tests.public.ledger_line import LINE

DECP = Path(__file__).parents[1] / "unit" / "formats" / "decp" / "marches_avec_modifications.json"
DECIDED = ["--decision", "décision 0068"]
DAY = date(2027, 1, 4)
AROUND = Around(Post.SOFTWARE, "", "décision 0068")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ESPACE_SANTE_HOME", str(tmp_path / "var"))
    return tmp_path / "var"


def lines_of(home: Path) -> int:
    found = ledger_of(home)
    assert isinstance(found, Ledger)
    return len(found.entries)


def test_a_correction_does_not_tell_exactly_what_one_act_cost(home: Path) -> None:
    """Three stamps at 1.39: three persons blocked somebody."""
    act = ["--demarche", "block", "--montant", "1 000", "--debut", "2027-01-01"]
    assert run_command([*LINE[:-4], *act, *DECIDED]) == 0
    exact = ["--demarche", "", "--montant", "4,17", "--motif", "Montant exact", *DECIDED]
    assert run_command(["ledger", "correct", "1", *exact]) == 1
    assert lines_of(home) == 1


def test_an_exact_line_does_not_become_that_of_one_act(home: Path) -> None:
    assert run_command([*LINE[:-3], "4,17", "--debut", "2027-01-01", *DECIDED]) == 0
    for amount in ("0", "1 000"):
        late = ["--demarche", "block", "--montant", amount, "--motif", "C’était pour un blocage", *DECIDED]
        assert run_command(["ledger", "correct", "1", *late]) == 1
    assert lines_of(home) == 1


def test_nor_in_two_steps(home: Path) -> None:
    assert run_command([*LINE[:-3], "4,17", "--debut", "2027-01-01", *DECIDED]) == 0
    why = ["--montant", "1 000", "--motif", "Arrondi", *DECIDED]
    assert run_command(["ledger", "correct", "1", *why]) == 0
    assert run_command(["ledger", "correct", "2", "--demarche", "block", *why]) == 1


@pytest.mark.parametrize(
    "words", ["Dossier 1 85 05 78 006 084 36", "Dossier 1 85 05 2A 006 084 36", "Rappeler le +33 6 12 34 56 78"]
)
def test_a_number_of_a_person_is_refused_as_people_write_it(words: str) -> None:
    with pytest.raises(OperatorRefusal):
        refuse_words("objet", words)


@pytest.mark.parametrize("words", ["SIRET 110 046 018 00013", "110 046 018 00013", "Loyer de 2027, 1 250 000 euros"])
def test_a_number_of_a_company_or_an_amount_is_not(words: str) -> None:
    assert refuse_words("objet", words) is None  # type: ignore[func-returns-value]  # it does not raise


def test_one_letter_changed_in_a_large_file_makes_a_damaged_ledger_and_no_crash() -> None:
    found = read_ledger(",".join(COLUMNS) + '\n"' + "a" * 200_000)
    assert isinstance(found, Damaged)


def contract():
    return next(one for one in read_procurement(DECP.read_bytes()) if one.amendments)


def amended(*pairs: tuple[int, int]):
    one = contract()
    return replace(one, amendments=tuple(replace(one.amendments[0], number=n, cents=c) for n, c in pairs))


def test_an_amendment_published_again_with_another_amount_is_refused() -> None:
    ledger = with_contracts(Ledger(), [amended((1, 200_000))], AROUND, DAY)
    assert with_contracts(ledger, [amended((1, 200_000))], AROUND, DAY) == ledger
    with pytest.raises(OperatorRefusal):
        with_contracts(ledger, [amended((1, 99_900_000))], AROUND, DAY)


def test_a_contract_published_again_with_another_holder_or_duration_is_refused() -> None:
    ledger = with_contracts(Ledger(), [contract()], AROUND, DAY)
    for other in (
        replace(contract(), suppliers=("SIRET 99999999999999",)),
        replace(contract(), months=contract().months + 120),
    ):
        with pytest.raises(OperatorRefusal):
            with_contracts(ledger, [other], AROUND, DAY)


def test_an_older_amendment_that_comes_later_does_not_take_the_place_of_a_newer_one() -> None:
    ledger = with_contracts(Ledger(), [amended((2, 300_000))], AROUND, DAY)
    with pytest.raises(OperatorRefusal, match="vient après"):
        with_contracts(ledger, [amended((1, 200_000), (2, 300_000))], AROUND, DAY)
    assert [entry.said.cents for entry in ledger.in_force] == [300_000]
