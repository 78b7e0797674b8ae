"""Who may help by trade: the places that gain by it never do, and nothing absent is a yes."""

from __future__ import annotations

from datetime import date

import pytest

from espace_sante.adapters.dev_provider import builtin_accounts
from espace_sante.identity.helper_enrolment import IN_CONFLICT, Sector, may_help

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize("sector", Sector)
def test_an_insurer_an_employer_a_bank_a_collector_and_a_seller_are_never_helpers(sector: Sector) -> None:
    assert may_help(sector.value, "2026-11-01", "Mme Roy", TODAY) is (sector not in IN_CONFLICT)
    assert {one.value for one in IN_CONFLICT} == {"insurer", "employer", "bank", "debt-collector", "health-seller"}


@pytest.mark.parametrize(
    ("sector", "stated", "answers_to"),
    [
        ("", "2026-11-01", "Mme Roy"),
        ("assurance", "2026-11-01", "Mme Roy"),
        ("association", "", "Mme Roy"),
        ("association", "hier", "Mme Roy"),
        ("association", "2026-11-28", "Mme Roy"),
        ("association", "2026-11-01", ""),
        ("association", "2026-11-01", "  "),
        ("association", "2026-11-01", "x" * 201),
    ],
)
def test_what_is_not_said_is_refused(sector: str, stated: str, answers_to: str) -> None:
    assert not may_help(sector, stated, answers_to, TODAY)


def test_the_invented_helpers_may_help() -> None:
    helpers = [one for one in builtin_accounts() if one.kind == "helper"]
    assert helpers
    assert all(may_help(one.sector, one.stated, one.answers_to, TODAY) for one in helpers)
