"""Every letter that is posted, of every kind and in every form: what tests look at, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import orjson

from espace_sante.channels.paper import UNDO
from espace_sante.keeper.acts.posting import ITEMS_MOST
from espace_sante.keeper.demand import (
    CardLetter,
    CardView,
    EmergencyView,
    GrantView,
    Letter,
    LetterFormView,
    LetterItem,
    PrintedAnswer,
    PublishedLine,
    ShownProof,
    YearLines,
)
from espace_sante.kernel.settings import Settings
from espace_sante.web.operator.letter_bundle import Made, made
from espace_sante.web.operator.letter_words import Writer

AT = "2026-11-25T20:15:30.123Z"
WHERE = "Groupement hospitalier public du Val d’Essai | Service du courrier | 1 avenue du Général-de-Gaulle | 63000 CLERMONT FERRAND"
SETTINGS = replace(Settings(home=Path("/nowhere")), contact_phone="04 00 00 00 00", contact_post=WHERE)
WRITER = Writer(SETTINGS, lambda number: "", {act.value: words for act, words in UNDO.items()}, speaks=True)
ADDRESS = (
    "Chez Monsieur et Madame Grandperrin",
    "128 bis boulevard de la République",
    "Lieu-dit Les Hauts",
    "63000 Clermont-Ferrand",
    "France",
)
PLACE = "Centre hospitalier universitaire de Clermont-Ferrand"
_ENCODE = msgspec.msgpack.Encoder().encode
# As large as the receipt of a line is in a journal of ten million.
PROOF = ShownProof(PublishedLine(8, 9, b"\1" * 32, b"\2" * 32, b""), bytes(range(256)) * 4, 9_999_999, b"\3" * 32, AT)
FORMS = {
    "normal": LetterFormView(),
    "large": LetterFormView(large=True),
    "simple": LetterFormView(simple=True),
    "large and simple": LetterFormView(large=True, simple=True),
    "braille": LetterFormView(braille=True),
    "audio": LetterFormView(audio=True),
    "inside": LetterFormView(inside=True),
}


def item(act: str = "break_glass", number: int = 12, channel: str = "web", **changes: Any) -> LetterItem:
    """One act of her journal, as the keeper releases it for a letter."""
    record = {
        "seq": number,
        "at": AT,
        "actor": {"kind": "practitioner", "name": "Dr Marie-Christine de La Tour-Grandperrin", "structure": PLACE},
        "act": act,
        "objects": ["emergency", "kind:bedside", "beside:no", "ground:cannot-say"],
        "decision": {"result": "permit", "rule": "emergency-opened"},
        "channel": channel,
        "effect": "immediate",
        "basis": {},
    }
    said: dict[str, Any] = {"record": orjson.dumps(record), "entry": "a" * 20, "number": number} | changes
    return LetterItem(act, AT, **said)


def agent(act: str, number: int, channel: str) -> LetterItem:
    """One act done for her by an agent."""
    one = item(act, number, channel)
    record = orjson.loads(one.record) | {
        "actor": {"kind": "agent", "name": "Mme Petit", "structure": "Guichet d’Essai"},
        "objects": ["letters"],
        "decision": {
            "result": "permit",
            "rule": "agent-phone-provisional" if channel == "phone" else f"agent-{channel}",
        },
    }
    return msgspec.structs.replace(one, record=orjson.dumps(record))


def first_access(number: int = 9) -> LetterItem:
    """The first reading by a professional, as the keeper's round tells it: its line is a list he saw."""
    one = item("first_access", number, "api")
    record = orjson.loads(one.record) | {
        "act": "list_documents",
        "objects": ["documents"],
        "decision": {"result": "permit", "rule": "grant"},
        "basis": {"since": AT, "to": "practitioner"},
    }
    return msgspec.structs.replace(one, record=orjson.dumps(record))


def lost_contact() -> LetterItem:
    """A mailbox the service uses no more, because its messages came back."""
    one = item("remove_contact", 10, "system")
    record = orjson.loads(one.record) | {
        "actor": {"kind": "system", "id": "keeper", "name": "", "structure": "", "behalf": False},
        "objects": ["contact", "way:mail"],
        "decision": {"result": "permit", "rule": "contact-lost"},
    }
    return msgspec.structs.replace(one, record=orjson.dumps(record))


def letter(*items: LetterItem, **changes: Any) -> Letter:
    """One letter to a person whose name and address fill the window."""
    said: dict[str, Any] = {
        "to": "person",
        "name": "MARIE-CLEMENTINE DE GRANDPERRIN",
        "birth_date": "1944-03-12",
        "address": ADDRESS,
    }
    return Letter(**(said | changes), items=items)


# As the keeper gives it for one printing: the longest that a card says.
CARD = CardLetter(
    "483920", "7KQ2-9XHM-4TRW-0ZPD-V", "categories", (1, 2, 3, 4, 5, 6), 20, 168, "2027-11-25T20:15:30.123Z", pin=True
)


def _kinds() -> dict[str, Letter]:
    grant = GrantView(
        "structure:990000001", "categories", [1, 2, 3, 4, 5, 6], [], "soins", AT, "2027-11-25T20:15:30.123Z", "ab" * 16
    )
    card = CardView("1234", "everything", [], [], "soins", 3, 24, AT, "2027-11-25T20:15:30.123Z", True, False, [])
    emergency = EmergencyView(True, True, True, "categories", [1, 2, 3, 4, 5, 6], [], AT)
    lines = tuple(agent("choose_letters", n, "counter").record for n in range(1, 6))
    open_to = {"grants": _ENCODE([grant] * 8), "emergency": _ENCODE(emergency), "cards": _ENCODE([card])}
    return {
        "emergency": letter(*(item("break_glass", 1000 + n, categories=(1, 4, 5, 10)) for n in range(ITEMS_MOST))),
        "one emergency": letter(item()),
        "done by an agent at the counter": letter(agent("hide_new_documents", 7, "counter")),
        "receipt of a form sent by post": letter(agent("hide_new_documents", 7, "paper"), proof=PROOF),
        "receipt of a call": letter(agent("withdraw_access", 8, "phone"), proof=PROOF),
        "a first access": letter(first_access()),
        "a first access and something else": letter(first_access(), agent("hide_new_documents", 7, "counter")),
        "messages come back": letter(lost_contact()),
        "somebody must speak to you": letter(LetterItem("announce_document", AT)),
        "a mandate ends": letter(LetterItem("mandate_ends", AT, outcome="Léa Roy")),
        "given under pressure": letter(
            *(agent("hide_new_documents", n, "counter") for n in range(1, 5)), pressed="2026-11-20", more=12
        ),
        "given under pressure, where she was": letter(pressed="2026-11-20"),
        "answer": letter(item("answer_case", outcome="corrected", words="La date est corrigée. " * 20)),
        "an access card": letter(card=CARD),
        "what is open": letter(months=6, **open_to),
        "journal of a quarter": letter(year=YearLines(2026, lines, 5, b"\1" * 32, quarter=3)),
        "journal of a year": letter(year=YearLines(2026, lines, 5, b"\1" * 32, size=9, root=b"\2" * 32, seen=AT)),
        "letters wait": letter(waits=True),
        "to an author": letter(
            LetterItem("announce_document", AT, document="ab" * 32), to="author", number="99900000037", name=""
        ),
    }


KINDS = _kinds()


@cache
def drawn(kind: str, form: str) -> Made:
    """Return one letter of a kind in a form, ready to be drawn; made once for all that is looked for in it."""
    return drawn_by(WRITER, kind, form)


def drawn_by(writer: Writer, kind: str, form: str) -> Made:
    """Return one letter as another writer makes it."""
    one = msgspec.structs.replace(KINDS[kind], form=FORMS[form])
    (found,) = made(writer, [PrintedAnswer("0123456789abcdef" * 2, (one,))])
    return found


def every() -> Iterator[tuple[str, str]]:
    """Return each kind in each form; a professional has no form of his own."""
    for kind in KINDS:
        for form in FORMS if kind != "to an author" else ("normal",):
            yield kind, form
