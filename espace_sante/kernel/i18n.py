"""Languages: French is the source, plain French and English are translations of it.

Sentences live in templates, in French; catalogues are text files read at start (no binary in the tree). A sentence
not yet translated is shown in French, never left empty. Knows nothing of pages or letters.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from functools import cache
from gettext import NullTranslations
from importlib.resources import files
from io import BytesIO
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal
from babel.support import Translations

# Where the service is given; every moment shown to a person is in this zone and says so.
DISPLAY_ZONE = ZoneInfo("Europe/Paris")
NO_BREAK = "\N{NO-BREAK SPACE}"


class Language(StrEnum):
    """The languages a page may be asked in; the value is what stands in addresses and cookies."""

    FR = "fr"
    FR_SIMPLE = "fr-simple"
    EN = "en"

    @property
    def tag(self) -> str:
        """The language tag of the page (BCP 47); plain French is French."""
        return "en" if self is Language.EN else "fr"

    @property
    def catalogue(self) -> str:
        """The name of the catalogue, without its ending; empty for the source language."""
        return {Language.FR: "", Language.FR_SIMPLE: "fr@simple", Language.EN: "en"}[self]

    @property
    def locale(self) -> Locale:
        """How dates and numbers are written."""
        return Locale("en", "GB") if self is Language.EN else Locale("fr", "FR")


_BY_VALUE = {language.value: language for language in Language}


def choose_language(*, asked: str = "", kept: str = "", accepted: str = "") -> Language:
    """Return the language of a page: asked in the address, else kept in a cookie, else accepted by the browser.

    Anything unknown is ignored; the default is French. `accepted` is an Accept-Language header, read in its order.
    Plain French is never guessed: it is chosen.
    """
    for value in (asked, kept):
        if value in _BY_VALUE:
            return _BY_VALUE[value]
    for wish in accepted[:200].split(","):
        match wish.split(";")[0].strip().lower().split("-")[0]:
            case "fr":
                return Language.FR
            case "en":
                return Language.EN
    return Language.FR


def mark(sentence: str) -> str:
    """Return the sentence unchanged; marks it for translation where it stands in code (`scripts/messages.py`)."""
    return sentence


@cache
def translator(language: Language) -> NullTranslations:
    """Return the translations of a language, read once; a sentence without translation stays in French."""
    french = _French()
    if not language.catalogue:
        return french
    text = files("espace_sante").joinpath("locale", f"{language.catalogue}.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(text)))
    compiled.seek(0)
    found = _Spaced(compiled) if language is Language.FR_SIMPLE else Translations(compiled)
    found.add_fallback(french)
    return found


def say_date(day: date, language: Language) -> str:
    """Write a date in words, for instance « 3 mars 2026 », « 1er mars 2026 »; a moment gives its date in Paris."""
    if isinstance(day, datetime):
        day = _in_paris(day).date()
    said = format_date(day, "long", locale=language.locale)
    return said.replace("1 ", "1er ", 1) if day.day == 1 and language is not Language.EN else said


def say_month(day: date, language: Language) -> str:
    """Write the month of a date in words, for instance « mars 2026 »."""
    return format_skeleton("yMMMM", day, locale=language.locale)


def say_period(period: str, language: Language) -> str:
    """Write in words a day given as AAAA-MM-JJ or a month given as AAAA-MM. Raises ValueError for anything else."""
    if len(period) == len("AAAA-MM"):
        return say_month(date.fromisoformat(f"{period}-01"), language)
    return say_date(date.fromisoformat(period), language)


def say_moment(moment: datetime, language: Language) -> str:
    """Write an aware moment in words, in Paris time, and say so. Raises ValueError when it has no time zone."""
    zone = "Paris time" if language is Language.EN else "heure de Paris"
    return f"{say_short_moment(moment, language)} ({zone})"


def say_short_moment(moment: datetime, language: Language) -> str:
    """Write an aware moment in words, in Paris time, for a list whose caption says so."""
    local = _in_paris(moment)
    day = say_date(local.date(), language)
    if language is Language.EN:
        return f"{day} at {local:%H:%M}"
    return f"{day} à {local.hour}{NO_BREAK}h{NO_BREAK}{local.minute:02}"


def say_number(number: int | float, language: Language) -> str:
    """Write a number with the separators of the language."""
    return format_decimal(number, locale=language.locale)


def say_money(cents: int, language: Language) -> str:
    """Write an amount given in integer cents of a euro."""
    return format_currency(cents / 100, "EUR", locale=language.locale)


def say_size(size_bytes: int, language: Language) -> str:
    """Write the size of a file in decimal units, one decimal at most: « 2,3 Mo »."""
    unit = "o" if language is not Language.EN else "B"
    value, prefixes = float(size_bytes), iter(("", "k", "M", "G"))
    prefix = next(prefixes)
    while value >= 999.5 and prefix != "G":
        value, prefix = value / 1000, next(prefixes)
    shown = format_decimal(round(value, 1 if prefix and value < 100 else 0), locale=language.locale)
    return f"{shown}{NO_BREAK}{prefix}{unit}"


def french_spaces(text: str) -> str:
    """Put the no-break spaces that French typography wants, so that authors type plain ones."""
    for sign in (":", ";", "?", "!", "»"):
        text = text.replace(f" {sign}", f"{NO_BREAK}{sign}")
    return text.replace("« ", f"«{NO_BREAK}")


def _in_paris(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone cannot be shown")
    return moment.astimezone(DISPLAY_ZONE)


class _French(NullTranslations):
    """The source itself: zero and one are singular in French."""

    def gettext(self, message: str) -> str:
        return french_spaces(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return french_spaces(msgid1 if abs(n) < 2 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return french_spaces(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.ngettext(msgid1, msgid2, n)


class _Spaced(Translations):
    """A catalogue in French: the same typography as the source."""

    def gettext(self, message: str) -> str:
        return french_spaces(super().gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return french_spaces(super().ngettext(msgid1, msgid2, n))
