"""The catalogues say everything, with the same blanks to fill in as the French they translate."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parents[3] / "espace_sante" / "locale"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")
# What is written the same in English and in French.
SAME_IN_ENGLISH = frozenset({
    "%(form)s, %(size)s", "%(num)s document", "1 document", "Date", "Documents", "Journal", "Vaccinations",
    "Code", "Condition", "Description", "Dose", "Normal", "Note %(number)s", "Notes", "Observation", "Participant",
    "Signature", "minutes", "note %(number)s", "Correction", "(code %(code)s)",
})  # fmt: skip


def _messages(name: str) -> list[Message]:
    catalogue = read_po(BytesIO((LOCALE / f"{name}.po").read_bytes()), locale=name.partition("@")[0])
    return [message for message in catalogue if message.id]


def _forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text or ""] if isinstance(text, str) or text is None else list(text)


@pytest.mark.parametrize("name", ["en", "fr@simple"])
def test_every_sentence_is_translated(name: str) -> None:
    messages = _messages(name)
    assert messages
    assert [message.id for message in messages if not all(_forms(message.string))] == []


@pytest.mark.parametrize("name", ["en", "fr@simple"])
def test_a_translation_has_the_placeholders_of_its_sentence(name: str) -> None:
    wrong = [
        message.id
        for message in _messages(name)
        for said, source in zip(_forms(message.string), _forms(message.id), strict=True)
        if sorted(PLACEHOLDER.findall(said)) != sorted(PLACEHOLDER.findall(source))
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ["en", "fr@simple"])
def test_authors_type_plain_spaces(name: str) -> None:
    """The no-break spaces of French are put in when a page is written, by `french_spaces`."""
    odd = [message.id for message in _messages(name) if re.search("[\u00a0\u202f]", "".join(_forms(message.string)))]
    assert odd == []


def test_english_is_not_french() -> None:
    same = {_forms(message.id)[0] for message in _messages("en") if _forms(message.string) == _forms(message.id)}
    assert same == SAME_IN_ENGLISH


def test_english_is_not_simplified_french() -> None:
    simple = {_forms(message.id)[0]: _forms(message.string) for message in _messages("fr@simple")}
    same = {key for message in _messages("en") if simple.get(key := _forms(message.id)[0]) == _forms(message.string)}
    assert same <= SAME_IN_ENGLISH
