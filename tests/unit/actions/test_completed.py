"""Where the document speaks it is believed, where it is silent its sender is: one trait, one word at a time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from espace_sante.actions.completed import complete, completed, merged
from espace_sante.actions.depositing import Deposit
from espace_sante.actions.described import Described
from espace_sante.formats.code_tables import FORMAT_OF_NO_MODEL
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.settings import Environment, Settings
from tests.small_cda import key_of, small_cda

TRIAL, REAL = Settings(environment=Environment.TRIAL), Settings(environment=Environment.PRODUCTION)
INS, OTHER_INS = key_of("2990199999001"), key_of("2990199999002")
SILENT = Described(
    unique_id="", title="", created="", language="", type=d.Coded(""), class_code="", category=0, format_code="",
    traits=None, ins="", compared_ins="", service_start="", service_stop="", practice_setting="", facility_type="",
    confidentiality=(), events=(), authors=(), authenticator=None, custodian=None, set_id="", set_version="",
    replaces="", body_media_type="", encounter=None, alerts=(),
)  # fmt: skip
SENT = Deposit(
    content=b"", media_type="text/xml", title="Titre", category=4, created="2026-11-01T10:00:00+01:00",
    type_code="T", type_system="S", type_display="Mots", unique_id="urn:oid:1.2", author_id="7", author_name="Anne",
    structure="Val", format_code="F", language="fr-CA", service_start="2026-10-01T10:00:00+02:00",
)  # fmt: skip
SPEAKS = replace(
    SILENT,
    unique_id="urn:oid:1.2", title="Le sien", created="2026-11-02T10:00:00+01:00", language="fr-BE",
    type=d.Coded("T2", "S2", "Autres mots"), category=1, format_code="F2", service_start="2026-10-02T10:00:00+02:00",
    authors=(d.Party("8", "1.3", "Luc", structure="Lac"), d.Party("9")),
)  # fmt: skip


def refused(code: str, kind: Kind, deposit: Deposit, described: Described) -> Problem:
    with pytest.raises(Problem) as problem:
        merged(deposit, described)
    assert (problem.value.code, problem.value.kind) == (code, kind)
    return problem.value


def test_a_silent_document_leaves_every_word_of_its_sender() -> None:
    assert merged(SENT, SILENT) == replace(SENT, format_code="", described=SILENT)
    unknown = replace(SILENT, format_code=FORMAT_OF_NO_MODEL)
    assert merged(SENT, unknown) == replace(SENT, described=unknown)


def test_a_document_that_speaks_is_believed_in_every_word() -> None:
    assert merged(SENT, SPEAKS) == replace(
        SENT,
        title="Le sien",
        created="2026-11-02T10:00:00+01:00",
        category=1,
        type_code="T2",
        type_system="S2",
        type_display="Autres mots",
        author_id="8",
        author_name="Luc",
        structure="Lac",
        format_code="F2",
        language="fr-BE",
        service_start="2026-10-02T10:00:00+02:00",
        described=SPEAKS,
    )


@pytest.mark.parametrize(
    ("of_document", "chosen", "category"), [(1, False, 1), (1, True, 4), (0, False, 4), (0, True, 4)]
)
def test_a_category_is_the_document_s_unless_its_sender_named_one(
    of_document: int, chosen: bool, category: int
) -> None:
    found = merged(replace(SENT, category_chosen=chosen), replace(SPEAKS, category=of_document))
    assert found.category == category


@pytest.mark.parametrize(
    ("written", "sent", "kept"),
    [("F2", "F", "F2"), ("F2", "", "F2"), (FORMAT_OF_NO_MODEL, "F", "F"), (FORMAT_OF_NO_MODEL, "", FORMAT_OF_NO_MODEL)],
)
def test_a_format_of_no_known_model_leaves_the_sender_s(written: str, sent: str, kept: str) -> None:
    assert merged(replace(SENT, format_code=sent), replace(SPEAKS, format_code=written)).format_code == kept


@pytest.mark.parametrize(
    ("written", "sent", "kept"),
    [
        ("urn:oid:1.2^A", "urn:oid:1.2^a", "urn:oid:1.2^A"),
        ("", "urn:oid:1", "urn:oid:1"),
        ("urn:oid:1", "", "urn:oid:1"),
        ("", "", ""),
    ],
)
def test_one_identifier_is_kept(written: str, sent: str, kept: str) -> None:
    assert merged(replace(SENT, unique_id=sent), replace(SILENT, unique_id=written)).unique_id == kept


def test_two_identifiers_are_refused() -> None:
    refused("unique-id-differs", Kind.UNPROCESSABLE, SENT, replace(SILENT, unique_id="urn:oid:1.3"))


@pytest.mark.parametrize(("name", "label"), [("title", "titre"), ("created", "date du document")])
def test_what_neither_says_is_told_missing_by_its_name(name: str, label: str) -> None:
    silent: dict[str, Any] = {name: ""}
    problem = refused("field-missing", Kind.INVALID, replace(SENT, **silent), SILENT)
    assert problem.fields == {"field": label}
    assert getattr(merged(replace(SENT, **silent), SPEAKS), name) == getattr(SPEAKS, name)


# ---------------------------------------------------------------------------------------------- whose it is

NAMES = ("birth_name", "first_given", "birth_date", "sex")
HERS = {"birth_name": "ESSAI", "first_given": "ZOE", "birth_date": "1999-01-02", "sex": "F"}
OTHERS = {"birth_name": "AUTRE", "first_given": "LEA", "birth_date": "1998", "sex": "M"}


def traits(said: dict[str, str], **further: str) -> d.Traits:
    return d.Traits(**(dict.fromkeys(NAMES, "") | said | further))


def claimed(written: d.Traits | None, sent: d.Traits | None) -> d.Traits | None:
    return merged(replace(SENT, claimed=sent), replace(SILENT, traits=written)).claimed


def test_each_trait_is_silent_or_hers_or_another_s_and_only_two_that_disagree_are_refused() -> None:
    choices: list[dict[str, str]] = [
        {name: value for name, value in zip(NAMES, values, strict=True) if value}
        for values in product(*(("", HERS[name]) for name in NAMES))
    ]
    for written, sent in product(choices, choices):
        assert claimed(traits(written), traits(sent)) == traits(written | sent)
        for name in NAMES:
            wrong = sent | {name: OTHERS[name]}
            if name in written:
                with pytest.raises(Problem, match="identity-not-matched") as problem:
                    claimed(traits(written), traits(wrong))
                assert problem.value.kind is Kind.UNPROCESSABLE
            else:
                assert claimed(traits(written), traits(wrong)) == traits(written | wrong), "the document does not say"


def test_who_speaks_alone_is_heard() -> None:
    hers = traits(HERS, used_name="DUBOIS", birth_place="63220")
    assert claimed(None, hers) == claimed(hers, None) == hers
    assert claimed(None, None) is None


def test_what_is_not_compared_is_completed_all_the_same() -> None:
    written, sent = traits(HERS, used_name="DUBOIS"), traits(HERS, used_name="DURAND", birth_place="63220")
    assert claimed(written, sent) == traits(HERS, used_name="DUBOIS", birth_place="63220")
    assert claimed(sent, written) == traits(HERS, used_name="DURAND", birth_place="63220")
    assert claimed(traits(HERS), written) == written


def test_names_agree_whatever_their_accents_and_the_document_s_writing_is_kept() -> None:
    assert claimed(traits(HERS), traits({"birth_name": "Essaï", "birth_date": "1999"})) == traits(HERS)


@pytest.mark.parametrize(
    ("ins", "compared", "sent", "kept"),
    [
        (INS, INS, "", INS),
        (INS, INS, INS, INS),
        ("", "", INS, INS),
        ("", "", "", ""),
        ("wrong", "", INS, INS),
        ("wrong", "", "", ""),
    ],
)
def test_the_number_compared_is_one_that_can_be(ins: str, compared: str, sent: str, kept: str) -> None:
    described = replace(SILENT, ins=ins, compared_ins=compared, traits=traits(HERS))
    assert merged(replace(SENT, claimed_ins=sent), described).claimed_ins == kept


def test_two_numbers_are_refused() -> None:
    described = replace(SILENT, ins=INS, compared_ins=INS)
    refused("identity-not-matched", Kind.UNPROCESSABLE, replace(SENT, claimed_ins=OTHER_INS), described)


def test_a_number_that_cannot_be_compared_needs_traits_from_one_or_the_other() -> None:
    alone = replace(SILENT, ins="wrong")
    refused("identity-not-matched", Kind.UNPROCESSABLE, SENT, alone)
    refused("identity-not-matched", Kind.UNPROCESSABLE, replace(SENT, claimed_ins=INS), alone)
    assert merged(replace(SENT, claimed=traits(HERS)), alone).claimed_ins == ""
    assert merged(SENT, replace(alone, traits=traits(HERS))).claimed_ins == ""
    assert merged(SENT, replace(alone, compared_ins=INS)).claimed_ins == INS


# ------------------------------------------------------------------------------------------------- reading it


def read_by(each: str, deposit: Deposit, data: bytes, settings: Settings = TRIAL) -> Deposit:
    if each == "complete":
        return asyncio.run(complete(deposit, data, settings))
    return completed(deposit, data, settings)


@pytest.mark.parametrize("each", ["complete", "completed"])
def test_what_is_xml_is_read_once_and_the_rest_comes_back(each: str) -> None:
    data = small_cda(INS)
    done = read_by(each, SENT_TO_READ, data)
    assert done.described is not None
    assert done.title == "Synthèse de Zoé"
    assert read_by(each, done, data) is done
    assert read_by(each, done, b"%PDF-1.7") is done
    for media_type, other in (
        ("application/pdf", data),
        ("text/xml", b"%PDF-1.7"),
        ("text/xml", b"Bonjour."),
        ("text/xml", b""),
        ("text/xml", b"<?xml version='1.0'?>\xff"),
    ):
        deposit = replace(SENT_TO_READ, media_type=media_type)
        assert read_by(each, deposit, other) is deposit


SENT_TO_READ = replace(SENT, unique_id="")


def test_a_number_of_trials_is_compared_on_trial_and_only_there() -> None:
    assert completed(SENT_TO_READ, small_cda(INS), TRIAL).claimed_ins == INS
    assert completed(SENT_TO_READ, small_cda(INS), REAL).claimed_ins == ""


def test_a_title_is_cut_where_the_settings_say() -> None:
    assert completed(SENT_TO_READ, small_cda(INS), replace(TRIAL, title_characters=5)).title == "Synt…"
