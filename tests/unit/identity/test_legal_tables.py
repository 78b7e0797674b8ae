"""The law on who acts for whom, as it stands in the tables."""

from __future__ import annotations

from datetime import date

import pytest

from espace_sante.actions.registry import PERSON_ACTS
from espace_sante.identity.legal_tables import (
    NOT_LOADED,
    ForGuardian,
    LawUnreadable,
    Measure,
    Power,
    Threshold,
    acts,
    measures,
    read_acts,
    read_measures,
    read_thresholds,
    thresholds,
    years_of,
)


def test_every_act_of_a_person_is_classed_for_those_who_act_for_her_and_no_other_is() -> None:
    assert set(acts()) == {act.id.value for act in PERSON_ACTS}


def test_every_age_and_measure_names_its_article_its_source_and_the_day_it_was_read() -> None:
    for age in thresholds().values():
        loaded = age.years is not None
        assert loaded == (age.read_on is not None) == (age.article != NOT_LOADED) == (age.source != NOT_LOADED)
    for measure in measures().values():
        assert measure.article and measure.source and measure.read_on <= date(2026, 11, 27)


def test_an_age_that_no_article_was_read_for_decides_nothing() -> None:
    assert years_of(Threshold.OWN_SIGN_IN) is None
    assert years_of(Threshold.MAJORITY) == 18


def test_nobody_is_represented_by_a_curator_nor_by_who_a_safeguard_names() -> None:
    for measure in (Measure.SAFEGUARD, Measure.CURATORSHIP, Measure.REINFORCED_CURATORSHIP):
        assert Power.REPRESENTS not in measures()[measure].powers


def test_what_cannot_be_undone_is_never_done_for_a_protected_adult() -> None:
    for act in ("close_space", "erase_content", "reopen_space", "allow_secondary_use", "give_address"):
        assert acts()[act].guardian is ForGuardian.NEVER


AGES = "code,âge,pour,article,source,lu le\n"


@pytest.mark.parametrize(
    "line",
    [
        "majority,18,x,non chargé,y,2026-11-27",
        "majority,,x,art. 1,y,2026-11-27",
        "majority,40,x,art. 1,y,2026-11-27",
        "majority,dix,x,art. 1,y,2026-11-27",
        "unknown,18,x,art. 1,y,2026-11-27",
        "majority,18,x,art. 1",
    ],
)
def test_a_table_of_ages_that_says_something_unknown_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(LawUnreadable, match="ligne 2"):
        read_thresholds(AGES + line + "\n")


def test_a_table_without_one_of_the_ages_or_measures_is_refused() -> None:
    with pytest.raises(LawUnreadable, match="manque"):
        read_thresholds(AGES + "majority,18,x,art. 1,y,2026-11-27\n")
    with pytest.raises(LawUnreadable, match="manque"):
        read_measures("code,mesure,pouvoirs possibles,article,source,lu le\nparent,x,représente,a,b,2026-11-27\n")


def test_an_act_that_stands_twice_or_under_an_unknown_class_is_refused() -> None:
    head = "démarche,parent,majeur protégé,pourquoi,lu le\n"
    with pytest.raises(LawUnreadable, match="ligne 3"):
        read_acts(head + "mask,usuel,seul,a,2026-11-27\nmask,usuel,seul,a,2026-11-27\n")
    with pytest.raises(LawUnreadable, match="ligne 2"):
        read_acts(head + "mask,parfois,seul,a,2026-11-27\n")
    with pytest.raises(LawUnreadable, match="ligne 1"):
        read_acts("démarche,parent\nmask,usuel\n")
