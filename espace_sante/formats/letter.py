"""Printable, accessible PDF: letters, receipts and paper forms, tagged for screen readers (PDF/UA-1), to be kept (PDF/A-2a).

Knows words, boxes and codes, nothing of our domain. Same arguments, same bytes: no clock, no system font, no network.
Words are handed to typst as data, never as source, so that no value can become an instruction.
Source: ISO 14289-1; ISO 19005-2; inclusion.md LET-04, LET-05, CPN-03.
"""

from __future__ import annotations

import base64
import binascii
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import segno
import typst

from espace_sante.kernel.readable import in_fives, readable

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
BODY_POINTS = 13.0
LARGE_POINTS = 18.0
_FOLDER = Path(__file__).with_name("letters")
_PARIS = ZoneInfo("Europe/Paris")
_FOOT = "Logiciel libre, sans lien avec Mon espace santé"
# A code holds 2,953 bytes at the lowest correction; beyond this it no longer reads from paper. Source: ISO/IEC 18004.
_CODE_BYTES = 1_400
# What fits a line of the page at the size the signed bytes are printed in.
_JSON_COLUMNS = 100

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)

Table = tuple[Sequence[str], Sequence[Sequence[str]]]


class FormFieldKind(StrEnum):
    """How a field of a paper form is filled by hand."""

    LINE = "line"
    DATE = "date"
    COMB = "comb"
    BOXES = "boxes"
    LIST = "list"
    ENCLOSED = "enclosed"


@dataclass(frozen=True, slots=True)
class FormField:
    """One thing to fill in on paper. `value` is printed in it; `choices` are (code, words); `count` the boxes of a comb."""

    label: str
    kind: FormFieldKind = FormFieldKind.LINE
    help: str = ""
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    count: int = 0


class NotAReceipt(ValueError):
    """Bytes that are not one of our receipts, so that nothing is printed as if it were one."""


def plain_letter(
    title: str,
    paragraphs: Sequence[str],
    table: Table | None = None,
    *,
    lines: Sequence[str] = (),
    language: str = "fr",
    at: datetime = EPOCH,
    points: float = BODY_POINTS,
) -> bytes:
    """Return a letter: a title, paragraphs, then a table (headings, rows) when there is one.

    `lines` are printed small above the title (who writes, the date…); `at` is the date the file carries, not printed.
    The same arguments give the same bytes. Characters that no shipped font can draw are printed as an empty square.
    """
    data = {
        **shared(title, language, points),
        "lines": list(lines),
        "paragraphs": list(paragraphs),
        "table": None if table is None else _table(*table),
    }
    return compiled("plain.typ", data, at)


def receipt_pdf(
    receipt_json: bytes, *, names: Mapping[str, str] | None = None, undo: Mapping[str, str] | None = None
) -> bytes:
    """Return a signed receipt as a page: what was done, when, by which way, how far, its number, how to undo it.

    `names` gives the words of act identifiers, `undo` for each one sentence on how to take it back. The signed JSON is printed
    whole and as a code when one can hold it. Raises NotAReceipt for bytes that do not have the form of a receipt; the
    signature itself is not checked here (docs/specs/receipt.md tells how).
    """
    try:
        payload, signature = _receipt(receipt_json)
        at = datetime.fromisoformat(payload["at"])
        when = _when(at)
        if at.utcoffset() is None:
            raise NotAReceipt
        act, channel, effect = str(payload["act"]), str(payload["channel"]), str(payload["effect"])
        kid = str(signature["kid"])
        base64.b64decode(signature["value"], validate=True)
        if len(bytes.fromhex(str(payload.get("journal_commitment", "00" * 32)))) != 32:
            raise NotAReceipt
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, OverflowError, binascii.Error):
        raise NotAReceipt from None
    words = (names or {}).get(act, act)
    text = receipt_json.decode()
    data = {
        **shared("Reçu", "fr", BODY_POINTS),
        "first": f"{words} : c'est fait, à votre demande, le {when}.",
        "parts": _receipt_parts(payload, channel, effect, (undo or {}).get(act, "")),
        "proof": {
            "title": "La preuve",
            "words": (
                f"Ce reçu porte la signature de la clé {kid}. Gardez-le : avec la clé publique du service,"
                " chacun peut la vérifier."
            ),
            "code": svg_code(text) if len(receipt_json) <= _CODE_BYTES else None,
            "alt": "Code contenant le reçu signé",
            "json": [text[start : start + _JSON_COLUMNS] for start in range(0, len(text), _JSON_COLUMNS)],
        },
    }
    return compiled("receipt.typ", data, at)


def card_pdf(
    title: str, code: str, content: str, lines: Sequence[str], *, alt: str, language: str = "fr", at: datetime = EPOCH
) -> bytes:
    """Return a card to cut out: a title, a code to read by a machine (`content`) and by people (`code`), then lines.

    `alt` says what the code is to whoever does not see it. The same arguments give the same bytes.
    """
    data = {
        **shared(title, language, BODY_POINTS),
        "code": code,
        "svg": svg_code(content),
        "alt": alt,
        "lines": list(lines),
    }
    return compiled("card.typ", data, at)


@dataclass(frozen=True, slots=True)
class MandateSheet:
    """The words of a mandate on paper: what is said before the acts, the acts, what is said after, where to sign."""

    title: str
    paragraphs: Sequence[str]
    acts: Sequence[str]
    after: Sequence[str]
    code_words: str
    signatures: Sequence[str]


def mandate_pdf(
    sheet: MandateSheet, copies: Sequence[tuple[str, str]], *, language: str = "fr", at: datetime = EPOCH
) -> bytes:
    """Return a mandate to sign, one page for each copy: for whom it is, and the code it bears ("" for none).

    The same arguments give the same bytes.
    """
    data = {
        **shared(sheet.title, language, BODY_POINTS),
        "paragraphs": list(sheet.paragraphs),
        "acts": list(sheet.acts),
        "after": list(sheet.after),
        "code_words": sheet.code_words,
        "signatures": list(sheet.signatures),
        "copies": [{"head": head, "code": code} for head, code in copies],
    }
    return compiled("mandate.typ", data, at)


def form_pdf(
    form: str,
    name: str,
    sentence: str,
    fields: Sequence[FormField],
    *,
    version: str = "1",
    identity: Mapping[str, str] | None = None,
    coupon: Mapping[str, Any] | None = None,
    address: Sequence[str] = ("Guichet", "adresse du service"),
    points: float = BODY_POINTS,
    sheets: Sequence[str] = (),
) -> bytes:
    """Return the paper form of an act: who, what is asked, boxes to fill in, a place to sign, where to send it.

    `identity` fills in "number", "names" and "birth_date" (AAAA-MM-JJ). `coupon` is what `coupon.coupon_data` made for a
    form filled in for someone: it takes the place of the frame to sign, and its codes that of the form's. Without it both
    codes say form and version alone, and a person reads what comes back. `sheets`: the numbers of numbered sheets, one form each,
    to be written on while the system is down. Source: inclusion.md LET-10, CPN-01, CPN-03, PAR-20.
    """
    known = identity or {}
    data = {
        **shared(name, "fr", points),
        "number": f"Formulaire {form}, version {version}. Au téléphone, dites : {_said(form)}",
        "code": svg_code(f"ES|{form}|{version}|"),
        "coupon": dict(coupon) if coupon is not None else None,
        "code_alt": f"Code du formulaire {form}, version {version}",
        "sentence": sentence,
        "identity": [_filled(field) for field in _identity_fields(known)],
        "fields": [_filled(field) for field in fields],
        "address": list(address),
        "words": _FORM_WORDS,
        "sheets": list(sheets) or [""],
    }
    return compiled("form.typ", data, EPOCH)


def _said(form: str) -> str:
    """Return the code of a form as it is said on the telephone: its digits, one by one. Source: inclusion.md VOX-01."""
    return " ".join(digit for digit in form if digit.isdecimal())


_FORM_WORDS = {
    "who": "Qui vous êtes",
    "answers": "Vos réponses (une croix dans la case choisie)",
    "signature": "Votre signature",
    "sheet": "Feuille numéro",
    "sheet_once": "Elle ne sert qu'une fois. Écrivez le jour en bas. Le guichet l'entre dans les cinq jours ouvrés.",
    "done_at": "Fait à",
    "done_on": "Le",
    "sign_here": "Signez dans ce cadre",
    "send": "À remettre au guichet, ou à envoyer à :",
    "free": "Sans affranchir : c'est gratuit. Aucune pièce d'identité à joindre.",
    "date": "jour, mois, année",
    "enclosed": "Je joins le document à ce formulaire (copie ou original, rendu après lecture par la machine).",
}

_CHANNELS = {
    "web": "par internet",
    "api": "par un logiciel",
    "counter": "au guichet",
    "paper": "par courrier",
    "phone": "par téléphone",
}
_EFFECTS = {
    "immediate": "L'effet est immédiat.",
    "provisional": "L'effet est immédiat et provisoire : une lettre vous le confirme. Si vous ne répondez pas, il dure.",
    "starts": "Rien n'a encore changé : il manque votre signature.",
}
_KEEP_CODE = (
    "Gardez ce code : il montre qu'une preuve est bien celle de votre journal. Celui qui le lit n'apprend rien de vous."
)
_PROOF = (
    "Cette ligne entre dans le journal public, sans votre nom. Pour en recevoir la preuve : votre page Journal, le guichet,"
    " ou le formulaire ES-54."
)
_ASK = "Une question, une erreur ? Demandez au guichet ou par téléphone, avec ce reçu : c'est gratuit."


def _receipt(receipt_json: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    read = orjson.loads(receipt_json)
    payload, signature = read["payload"], read["signature"]
    if not isinstance(payload, dict) or not isinstance(signature, dict):
        raise NotAReceipt
    return payload, signature


def _receipt_parts(payload: Mapping[str, Any], channel: str, effect: str, undo: str) -> list[dict[str, Any]]:
    how = [f"Fait {_CHANNELS.get(channel, channel)}.", _EFFECTS.get(effect, effect)]
    if written := _written(payload):
        how[0] = written
    entry = str(payload.get("entry", ""))
    if entry:
        how += [f"Numéro de la ligne au journal : {entry}", _PROOF]
    else:
        how.append("Nous ne gardons rien sur vous : ce reçu est le seul exemplaire.")
    back = [undo] if undo else []
    journal = str(payload.get("journal_commitment", ""))
    code = [in_fives(readable(bytes.fromhex(journal))), _KEEP_CODE] if journal else []
    return [
        {"title": "Ce qui a été fait", "lines": how},
        *([{"title": "Le code de votre journal", "lines": code}] if code else []),
        {"title": "Si vous changez d'avis", "lines": [*back, _ASK]},
    ]


def _written(payload: Mapping[str, Any]) -> str:
    """Say of what was written on a numbered sheet first which one, and the day from which it counts; "" for anything else."""
    sheet = str(payload.get("sheet", ""))
    try:
        day = date.fromisoformat(str(payload.get("since", "")))
    except ValueError:
        return ""
    if not sheet:
        return ""
    said = f"{sheet[:5]} {sheet[5:8]} {sheet[8:]}"
    return f"Écrit le {day.day:02d}/{day.month:02d}/{day.year} sur la feuille numéro {said}, puis entré au guichet."


def _when(at: datetime) -> str:
    local = at.astimezone(_PARIS)
    day = "1er" if local.day == 1 else str(local.day)
    return f"{day} {_MONTHS[local.month - 1]} {local.year} à {local:%H:%M} (heure de Paris)"


def _identity_fields(known: Mapping[str, str]) -> tuple[FormField, ...]:
    return (
        FormField(
            "Numéro de sécurité sociale (INS) ou numéro local donné au guichet",
            FormFieldKind.COMB,
            value=known.get("number", ""),
            count=max(15, len(known.get("number", ""))),
        ),
        FormField("Nom de naissance et prénoms", value=known.get("names", "")),
        FormField("Date de naissance", FormFieldKind.DATE, value=known.get("birth_date", "")),
    )


def _filled(field: FormField) -> dict[str, Any]:
    chosen = set(field.value.split(",")) if field.value else set()
    return {
        "label": field.label,
        "help": field.help,
        "kind": field.kind.value,
        "value": field.value,
        "count": field.count,
        "choices": [{"words": words, "ticked": code in chosen} for code, words in field.choices],
    }


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    if any(len(row) != len(head) for row in rows):
        raise ValueError("every row of a table has as many cells as its heading")
    longest = [max([len(cell) for cell in column] or [1]) for column in zip(head, *rows, strict=True)]
    return {"head": list(head), "rows": [list(row) for row in rows], "widths": [min(max(n, 8), 40) for n in longest]}


def shared(title: str, language: str, points: float) -> dict[str, Any]:
    """Return what every template of `letters/` asks for."""
    return {"title": title, "language": language.partition("-")[0], "size": points, "foot": _FOOT}


def svg_code(content: str | bytes, title: str | None = None) -> str:
    """Return a code to be read by a machine, as the text of a picture; bytes are there as they are, of any value.

    `title` says what it is to whoever does not see it, where the picture stands in a page. Raises ValueError when no code
    holds the content.
    """
    out = io.BytesIO()
    mode = "byte" if isinstance(content, bytes) else None
    made = segno.make(content, error="m", mode=mode, micro=False, boost_error=mode is None)
    border = 4 if mode else 2  # what the standard asks for, where modules are small. Source: ISO/IEC 18004 section 9.1
    made.save(out, kind="svg", border=border, xmldecl=False, title=title, omitsize=title is not None)
    return out.getvalue().decode()


def svg_symbol(content: str) -> str:
    """Return a code as a picture without any border: its corners are the picture's, so that they are found where they stand.

    Raises ValueError for a content a version-3 code does not hold at a quarter of redundancy: its size is part of a layout.
    """
    made = segno.make(content, version=3, error="q", micro=False, boost_error=False)
    out = io.BytesIO()
    made.save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()


def compiled(template: str, data: Mapping[str, Any], at: datetime) -> bytes:
    """Return the PDF a template of `letters/` makes of some data; the same arguments give the same bytes."""
    inputs = {"data": orjson.dumps(_drawable(data)).decode()}
    stamp = int(at.timestamp())
    compiler = typst.Compiler(_FOLDER / template, _FOLDER, _fonts())
    try:
        # Read by whoever does not see (UA), opened in twenty years (A).
        pdf = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=["ua-1", "a-2a"], timestamp=stamp)
    except typst.TypstError:
        # A name no shipped font can draw: the standards refuse it, a tagged PDF prints an empty square.
        pdf = compiler.compile(format="pdf", sys_inputs=inputs, timestamp=stamp)
    assert isinstance(pdf, bytes)
    return pdf


def _drawable(value: Any) -> Any:
    """Return the same data without characters that draw nothing or reorder what is read."""
    if isinstance(value, str):
        return "".join(c for c in value if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    if isinstance(value, Mapping):
        return {key: _drawable(member) for key, member in value.items()}
    return [_drawable(member) for member in value] if isinstance(value, list) else value


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
