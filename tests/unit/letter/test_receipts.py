"""The letter that is a receipt, for each act of a person: what, when, how far, its number, its proof, how it is taken back (PAR-12)."""

from __future__ import annotations

import re
from dataclasses import replace

import msgspec
import orjson
import pytest

from espace_sante.access.request import Channel, Effect
from espace_sante.access.rules import effect_of
from espace_sante.actions.act import Act, Nature
from espace_sante.actions.registry import PERSON_ACTS
from espace_sante.channels.paper import UNDO, printed_receipt
from espace_sante.formats.mail import mail_pdf
from espace_sante.keeper.demand import PrintedAnswer, ShownProof
from espace_sante.kernel.i18n import Language
from tests.letters_drawn import PROOF, WRITER, agent, letter
from tests.pdf_text import pages, text
from tests.unit.letter.test_letter import receipt

# What reads is printed at the counter, apart, and changes nothing: there is no receipt of it.
CHANGING = [act for act in PERSON_ACTS if act.nature is not Nature.READING]
EFFECT = {
    Effect.IMMEDIATE: "L’effet est immédiat.",
    Effect.PROVISIONAL: "L’effet est immédiat et provisoire : sans réponse de vous, il dure.",
}


def said(act: Act, channel: Channel, proof: ShownProof = PROOF) -> str:
    effect = effect_of(act.id, channel)
    one = agent(act.id.value, 41, channel.value)
    record = orjson.dumps(orjson.loads(one.record) | {"effect": effect.value})
    item = msgspec.structs.replace(one, record=record, entry="q5xwz" * 4)
    (sheet,) = WRITER.sheets(PrintedAnswer("0123456789abcdef" * 2, (letter(item, proof=proof),)))
    words = " ".join([sheet.title, sheet.first, *sheet.intro, *(text for _, part in sheet.parts for text in part)])
    return words.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("channel", [Channel.PAPER, Channel.PHONE])
@pytest.mark.parametrize("act", CHANGING, ids=lambda act: act.id.value)
def test_a_receipt_by_post_carries_all_it_must(act: Act, channel: Channel) -> None:
    effect = effect_of(act.id, channel)
    if effect is Effect.STARTS:
        return  # nothing was done: the form to sign is sent instead
    words = said(act, channel)
    assert "Mme Petit" in words, "what was done, by whom"
    assert "25 novembre 2026" in words
    assert EFFECT[effect] in words
    assert "Ligne 41 de votre journal" in words
    assert "Code de preuve, dans le journal public : q5xwz q5xwz q5xwz q5xwz" in words
    assert "comptait 9999999 lignes" in words and "formulaire ES-54" in words
    assert UNDO[act.id] in words


@pytest.mark.parametrize("act", CHANGING, ids=lambda act: act.id.value)
def test_a_receipt_printed_at_the_counter_or_from_a_page_carries_all_it_must(act: Act) -> None:
    printed = " ".join(text(printed_receipt(receipt(act=act.id.value))).split())
    for words in (
        act.name,
        "23 novembre 2026",
        "au guichet",
        "immédiat",
        "sdfg7stzdpp9qefnm5f9",
        "ES-54",
        UNDO[act.id],
    ):
        assert words in printed


def test_what_is_not_published_yet_is_said_and_how_its_proof_is_had() -> None:
    act = next(one for one in CHANGING if one.nature is Nature.RESTRICTIVE)
    later = said(act, Channel.PHONE, msgspec.structs.replace(PROOF, last=None, receipt=b""))
    assert "n’y était pas encore quand cette lettre a été imprimée" in later and "formulaire ES-54" in later
    never = said(act, Channel.PHONE, ShownProof())
    assert "n’a encore rien publié" in never and "formulaire ES-54" in never


def test_in_plain_french_the_proof_and_how_to_have_it_are_said_too() -> None:
    writer = replace(WRITER, language=Language.FR_SIMPLE)
    (sheet,) = writer.sheets(PrintedAnswer("ab" * 16, (letter(agent("block", 41, "phone"), proof=PROOF),)))
    assert re.search("ES-54", str(sheet.parts)) and sheet.code is not None
    assert pages(mail_pdf("Essai", [], [sheet])) <= 3
