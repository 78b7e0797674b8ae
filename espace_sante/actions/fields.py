"""Reading what was filled in: one function per kind of field, each raising Problem with the field's label."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime

from espace_sante.actions.act import Upload, Values
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.ids import parse_document_id

_NEVER = frozenset({"Cc", "Cs", "Cn", "Co", "Zl", "Zp"})
# Blank or invisible, and of no use in a name or a title; joiners and soft hyphens have honest uses.
_HIDDEN = re.compile(
    "[\u115f\u1160\u180e\u200b\u2060-\u2064\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_MOST_MARKS = 6  # on one letter; Vietnamese has two, a fully pointed Hebrew or a Tibetan text four
_FIRST_YEAR = 1900
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def text(values: Values, name: str, label: str, *, required: bool = True, longest: int = 250) -> str:
    """Return a line of text, trimmed. Refuses control and direction characters, which hide what a text says."""
    value = values.get(name, "")
    if isinstance(value, Upload):
        raise Problem(Kind.INVALID, "field-invalid", {"field": label})
    value = value.strip()
    if required and not value:
        raise Problem(Kind.INVALID, "field-missing", {"field": label})
    if len(value) > longest:
        raise Problem(Kind.INVALID, "title-too-long", {"maximum": longest})
    refuse_hidden_characters(value, label)
    return value


def paragraphs(values: Values, name: str, label: str, *, required: bool = True, longest: int = 2000) -> str:
    """Return a text of several lines, each one as `text` reads a line."""
    value = values.get(name, "")
    if isinstance(value, Upload):
        raise Problem(Kind.INVALID, "field-invalid", {"field": label})
    lines = value.replace("\r\n", "\n").strip().split("\n")
    if required and not any(lines):
        raise Problem(Kind.INVALID, "field-missing", {"field": label})
    if len(value) > longest + 2 * len(lines):
        raise Problem(Kind.INVALID, "words-too-long", {"maximum": longest})
    said = "\n".join(text({name: line}, name, label, required=False, longest=len(value)) for line in lines)
    if len(said) > longest:
        raise Problem(Kind.INVALID, "words-too-long", {"maximum": longest})
    return said


def refuse_hidden_characters(value: str, label: str) -> None:
    """Raise Problem when a text holds what hides words, or covers those of others.

    Control, direction and unassigned characters, separators of lines, letters that are blank, words of invisible tags, and
    more marks on one letter than any language has: they are drawn over what stands above and below.
    Source: Unicode TR36 section 2.7, TR39 section 5.4.
    """
    if value.isascii() and value.isprintable():  # the usual case
        return
    if _HIDDEN.search(value) or any(c in _BIDI or unicodedata.category(c) in _NEVER for c in value) or _is_piled(value):
        raise Problem(Kind.INVALID, "characters-refused", {"field": label})


def _is_piled(value: str) -> bool:
    pile = 0
    for character in unicodedata.normalize("NFD", value):
        pile = pile + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if pile > _MOST_MARKS:
            return True
    return False


def choice(values: Values, name: str, label: str, among: Mapping[str, object] | frozenset[str]) -> str:
    """Return one of the words offered."""
    value = text(values, name, label)
    if value not in among:
        raise Problem(Kind.INVALID, "field-invalid", {"field": label})
    return value


def yes_no(values: Values, name: str, label: str) -> bool:
    """Return a yes or a no; neither is never a yes."""
    return choice(values, name, label, frozenset({"yes", "no"})) == "yes"


def number(values: Values, name: str, label: str, *, required: bool = True) -> int:
    """Return a whole number; 0 when nothing was filled in and nothing is required."""
    value = text(values, name, label, required=required)
    if not value and not required:
        return 0
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise Problem(Kind.INVALID, "field-invalid", {"field": label})
    return int(value)


def day(values: Values, name: str, label: str) -> date:
    """Return a date AAAA-MM-JJ."""
    value = text(values, name, label)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Problem(Kind.INVALID, "date-invalid", {"field": label}) from None


def day_if_said(values: Values, name: str, label: str) -> str:
    """Return a date AAAA-MM-JJ as it is written, "" when none was said."""
    given = text(values, name, label, required=False, longest=10)
    return day(values, name, label).isoformat() if given else ""


def several(values: Values, name: str) -> list[str]:
    """Return what was filled in, parts separated by commas; none when nothing was."""
    typed = text(values, name, name, required=False, longest=20_000)
    return [part.strip() for part in typed.split(",") if part.strip()]


def categories(values: Values, name: str = "categories") -> list[int]:
    """Return numbers of categories."""
    found = several(values, name)
    if any(not one.isascii() or not one.isdigit() or len(one) > 9 for one in found):
        raise Problem(Kind.INVALID, "category-unknown")
    return [int(one) for one in found]


def document_rows(values: Values, name: str = "documents") -> list[bytes]:
    """Return the rows of documents named by their public ids."""
    found = [parse_document_id(one) for one in several(values, name)]
    if any(one is None for one in found):
        raise Problem(Kind.NOT_FOUND, "document-unknown")
    return [one[1].bytes for one in found if one is not None]


def upload(values: Values, name: str, label: str) -> Upload:
    """Return a file."""
    value = values.get(name)
    if not isinstance(value, Upload):
        raise Problem(Kind.INVALID, "field-missing", {"field": label})
    return value


def instant_not_future(value: str, now: datetime, label: str) -> str:
    """Return an RFC 3339 instant with a zone, refused when it is more than a day ahead (clocks of senders differ).

    Before 1900 it is refused too: an instant of the first years of the calendar cannot be said in every time zone.
    """
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        raise Problem(Kind.INVALID, "date-invalid", {"field": label}) from None
    if parsed.tzinfo is None or parsed.year < _FIRST_YEAR:
        raise Problem(Kind.INVALID, "date-invalid", {"field": label})
    if (parsed - now).total_seconds() > 86_400:
        raise Problem(Kind.UNPROCESSABLE, "date-in-future", {"field": label})
    return parsed.isoformat()
