"""Every act of a person on paper, by telephone, at a counter, in the parity table. Guarantee: G10."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from espace_sante.access.request import ActId, Channel, Effect
from espace_sante.access.rules import RESTRICTIVE, effect_of
from espace_sante.actions.act import Act, FieldKind, Nature
from espace_sante.actions.registry import PERSON_ACTS, fault_of
from espace_sante.channels.desk import screen
from espace_sante.channels.paper import UNDO, act_of_form, blank_form, filled_form, form_coupon, form_fields
from espace_sante.channels.parity import parity
from espace_sante.channels.phone import script
from espace_sante.formats.coupon import Token, issue_token
from espace_sante.kernel.errors import Problem
from tests.pdf_text import pages, text

ACTS = pytest.mark.parametrize("act", PERSON_ACTS, ids=lambda act: act.id.value)


@ACTS
def test_every_act_has_a_form_that_says_its_sentence_and_asks_its_questions(act: Act) -> None:
    pdf = blank_form(act)
    said = text(pdf)
    assert act.sentence in said
    assert act.name in said
    assert act.form in said
    for field in act.fields:
        assert field.label in said
    assert pages(pdf) <= 2


@ACTS
def test_every_act_has_a_form_in_large_print(act: Act) -> None:
    assert act.sentence in text(blank_form(act, large=True))


@ACTS
def test_every_act_has_a_counter_screen_with_its_fields(act: Act) -> None:
    shown = screen(act)
    assert shown.aloud and shown.check and shown.form == act.form
    assert shown.fields == act.fields
    assert len(form_fields(act, {})) == len(act.fields)


@ACTS
def test_every_act_has_a_telephone_line(act: Act) -> None:
    lines = script(act).lines
    assert act.phone in lines
    assert all(line.strip() for line in lines)
    assert not any(field.label in "".join(lines) for field in act.fields if field.kind is FieldKind.FILE)


@ACTS
def test_every_receipt_can_say_how_to_undo(act: Act) -> None:
    assert UNDO[act.id]


def test_the_parity_table_has_no_empty_cell() -> None:
    table = parity()
    assert [line["id"] for line in table["acts"]] == [*(act.id.value for act in PERSON_ACTS), "take_part_in_debate"]
    for line in table["acts"]:
        assert set(line["channels"]) == {"web", "api", "counter", "paper", "phone"}
        for name, cell in line["channels"].items():
            assert set(cell) == {"how", "effect", "max_delay_hours", "measured"}
            assert cell["how"]
            if line["id"] != "take_part_in_debate":  # outside the frame of the others: decision 0070
                assert cell["effect"] == effect_of(ActId(line["id"]), Channel(name)).value
            assert cell["max_delay_hours"] >= 0


def test_by_telephone_what_takes_back_takes_effect_at_once() -> None:
    for act in PERSON_ACTS:
        effect = effect_of(act.id, Channel.PHONE)
        assert (effect is Effect.PROVISIONAL) is (act.id in RESTRICTIVE)
        assert (act.id in RESTRICTIVE) is (act.nature is Nature.RESTRICTIVE)


@pytest.mark.parametrize("lost", [{"phone": ""}, {"counter": ""}, {"form": ""}])
def test_an_act_without_one_of_its_channels_is_refused(lost: dict[str, str]) -> None:
    broken = replace(PERSON_ACTS[0], **lost)  # type: ignore[arg-type]  # only fields of text are changed
    assert fault_of(broken)
    with pytest.raises(ValueError, match="no way by"):
        parity([broken])


def test_an_act_closed_to_one_channel_is_refused() -> None:
    broken = replace(PERSON_ACTS[0], channels=frozenset(Channel) - {Channel.PAPER})
    assert fault_of(broken) == "channels"
    with pytest.raises(ValueError, match="no way by paper"):
        parity([broken])


def test_a_form_filled_in_by_telephone_misses_only_the_signature() -> None:
    grant = next(act for act in PERSON_ACTS if act.id is ActId.GRANT_ACCESS)
    values = {"practitioner": "99900000011", "scope": "everything", "purpose": "care", "days": "30"}
    identity = {"number": "244039999910165", "names": "AUBERTIN Jeanne", "birth_date": "1944-03-12"}
    token = Token(grant.form, 1, 2, bytes(8), date(2027, 1, 1), bytes(3))
    said = text(filled_form(grant, values, identity, form_coupon(token, issue_token(token, bytes(32)))))
    assert "AUBERTIN Jeanne" in said
    assert re.search("9 9 9 0 0 0 0 0 0 1 1", said)
    assert re.search("2 4 4 0 3 9 9 9 9 9 1 0 1 6 5", said)
    assert re.search("X tous mes documents", said)
    assert said.count("X ") == 2
    assert "Signez dans ce cadre" in said


def test_a_form_is_found_by_its_number_and_no_other_is() -> None:
    for act in PERSON_ACTS:
        assert act_of_form(act.form) is act
    for form in ("", "ES-99", "es-01", "../ES-01"):
        with pytest.raises(Problem):
            act_of_form(form)
