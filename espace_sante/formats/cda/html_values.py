"""Coded values as HTML: French words, numbers exactly as written, time stamps at their own precision."""

from __future__ import annotations

import re
from collections.abc import Callable

from espace_sante.formats.cda.markup import element, words
from espace_sante.formats.cda.nodes import (
    Answer,
    Bound,
    Coded,
    Every,
    FileMention,
    Interval,
    Missing,
    Moment,
    Plain,
    Quantity,
    Ratio,
    Sequence,
    Value,
)
from espace_sante.formats.cda.words import FLAGS, MEALS, MISSING, STATUSES, SYSTEMS, UNITS, unit_in_words
from espace_sante.kernel.i18n import mark

# YYYY[MM[DD[HH[MM[SS[.f]]]]]][±ZZZZ]
_STAMP = re.compile(r"(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\.\d+)?([+-]\d{4})?")
# The offsets of the legal time of metropolitan France need not be told.
_LEGAL = frozenset({"", "+0100", "+0200"})


_BEGINNING = mark("début : %(value)s")
_END = mark("fin : %(value)s")


class Values:
    """Writes values; `say` gives the words of the reader's language."""

    def __init__(self, say: Callable[[str], str]) -> None:
        self.say = say
        self._writers: dict[type, Callable[..., str]] = {
            Missing: lambda value: self.missing(value.flavour),
            Coded: self.coded,
            Quantity: self._quantity,
            Moment: self._moment,
            Interval: self._interval,
            Every: self._every,
            Ratio: self._ratio,
            Answer: self._answer,
            Plain: lambda value: element("span", words(value.text), lang=value.language),
            Sequence: lambda value: " ; ".join(self.value(one) for one in value.values),
            FileMention: self._mention,
        }

    def value(self, value: Value) -> str:
        """Write any value."""
        return self._writers[type(value)](value)

    def named(self, name: str, value: str) -> str:
        """Write a value after its name; both are HTML."""
        return self._put(mark("%(name)s : %(value)s"), name=name, value=value)

    def missing(self, flavour: str) -> str:
        """Write why a value is not there; an unknown reason is shown as it stands."""
        said = self.say(MISSING[flavour]) if flavour in MISSING else flavour or self.say(MISSING["NI"])
        return element("span", words(said), class_="es-cda-missing")

    def coded(self, coded: Coded) -> str:
        """Write a coded value: words first, then its code, small, then what else was said of it."""
        names = [name for name in dict.fromkeys((coded.original, coded.label)) if name]
        head = words(" – ".join(names)) if names else words(coded.code) if coded.code and not coded.system else ""
        code = self._code(coded) if coded.code and (coded.system or names) else ""
        gone = self.missing(coded.missing) if coded.missing else ""
        more = [self._qualifier(name, value) for name, value in coded.qualifiers]
        more += [self.coded(one) for one in coded.also]
        parts = [part for part in (head, code, gone) if part]
        extra = f" ({' ; '.join(more)})" if more else ""
        return self._machine(coded.code, " ".join(parts) + extra)

    def title(self, coded: Coded) -> str:
        """Write the title of a statement: what the narrative calls it, else its label."""
        return words(coded.original or coded.label or next((one.label for one in coded.also if one.label), coded.code))

    def status(self, value: Value) -> str:
        """Write the state of a statement."""
        if isinstance(value, Coded) and value.code in STATUSES and not value.label:
            return self._machine(value.code, words(self.say(STATUSES[value.code])))
        return self.value(value)

    def range_name(self, coded: Coded) -> str:
        """Write what a range of reference values stands for: no sign, it says nothing of the result."""
        return element("data", f"({self._said(coded)})", value=coded.code, class_="es-cda-flag es-cda-flag-range")

    def flag(self, coded: Coded) -> str:
        """Write how a result is to be read: a sign, our word, and the sender's when it says something else."""
        sign = FLAGS[coded.code].sign if coded.code in FLAGS else ""
        shown = f"{element('span', words(sign), aria_hidden='true')} " if sign else ""
        noticed = " es-cda-flag-noticed" if is_noticed(coded) else ""
        return element("data", shown + self._said(coded), value=coded.code, class_=f"es-cda-flag{noticed}")

    def _said(self, coded: Coded) -> str:
        ours = [self.say(FLAGS[coded.code].word)] if coded.code in FLAGS else []
        theirs = [word for word in dict.fromkeys((coded.original, coded.label)) if word]
        said = [one for one in (*ours, *theirs) if not any(_within(one, other) for other in (*ours, *theirs))]
        if not said and coded.missing:
            return self.missing(coded.missing)
        return words(" – ".join(dict.fromkeys(said)) or (ours or theirs or [coded.code])[0])

    def _machine(self, code: str, html: str) -> str:
        """Write a coded value with its code beside it for programs, as HTML has it."""
        return (
            element("data", html, value=code, class_="es-cda-coded")
            if code
            else element("span", html, class_="es-cda-coded")
        )

    def _code(self, coded: Coded) -> str:
        system = SYSTEMS.get(coded.system, coded.system)
        shown = f"{coded.code} · {system}" if system else coded.code
        return element("span", words(f"[{shown}]"), class_="es-cda-code")

    def _qualifier(self, name: Coded, value: Coded) -> str:
        if name == Coded():
            return self.coded(value)
        return self.named(self.coded(name), self.coded(value))

    def _quantity(self, quantity: Quantity) -> str:
        return self._number(quantity, with_unit=True) + self._also(quantity)

    def _number(self, quantity: Quantity, *, with_unit: bool) -> str:
        unit = unit_in_words(quantity.unit)
        said = self.say(unit) if unit and quantity.unit in UNITS else unit
        shown = f"{quantity.number}\N{NO-BREAK SPACE}{said}" if said and with_unit else quantity.number
        return element("data", words(shown), value=f"{quantity.number} {quantity.unit}".strip())

    def _also(self, quantity: Quantity) -> str:
        return f" ({' ; '.join(self.value(one) for one in quantity.also)})" if quantity.also else ""

    def _moment(self, moment: Moment) -> str:
        found = _STAMP.fullmatch(moment.stamp)
        if found is None:
            return element("time", words(moment.stamp))
        year, month, day, hour, minute, second, fraction, offset = (part or "" for part in found.groups())
        date = "/".join(part for part in (day, month, year) if part)
        clock = ":".join(part for part in (hour, minute, second) if part) + fraction
        said = self.say(mark("%(date)s à %(time)s")) % {"date": date, "time": clock} if clock else date
        if offset not in _LEGAL:
            said += f" (UTC{offset[:3]}:{offset[3:]})"
        return element("time", words(said), datetime=_iso(year, month, day, clock, offset))

    def _interval(self, interval: Interval) -> str:
        low, high = interval.low, interval.high
        parts = [
            self._unknown_end(bound, sentence) for bound, sentence in ((low, _BEGINNING), (high, _END)) if _gone(bound)
        ]
        low, high = (None if _gone(low) else low), (None if _gone(high) else high)
        if low and high:
            sentence = mark("du %(low)s au %(high)s") if _dated(low) or _dated(high) else mark("de %(low)s à %(high)s")
            parts.append(self._between(sentence, low, high))
        elif low:
            said = mark("à partir du %(low)s") if _dated(low) else mark("au moins %(low)s")
            parts.append(self._put(said, low=self._bound(low)))
        elif high:
            said = mark("jusqu’au %(high)s") if _dated(high) else mark("au plus %(high)s")
            parts.append(self._put(said, high=self._bound(high)))
        if interval.centre is not None:
            parts.append(self._put(mark("autour de %(centre)s"), centre=self.value(interval.centre)))
        if interval.width is not None:
            parts.append(self._put(mark("pendant %(width)s"), width=self.value(interval.width)))
        return ", ".join(parts)

    def _unknown_end(self, bound: Bound | None, sentence: str) -> str:
        return self._put(sentence, value=self.value(bound.value)) if bound else ""

    def _between(self, sentence: str, low: Bound, high: Bound) -> str:
        first, last = low.value, high.value
        same = isinstance(first, Quantity) and isinstance(last, Quantity) and first.unit == last.unit and not first.also
        written = self._number(first, with_unit=False) if same and isinstance(first, Quantity) else self._bound(low)
        if same and not low.included:
            written += self._excluded()
        return self._put(sentence, low=written, high=self._bound(high))

    def _bound(self, bound: Bound) -> str:
        return self.value(bound.value) + ("" if bound.included else self._excluded())

    def _excluded(self) -> str:
        return f" {words(self.say(mark('(non compris)')))}"

    def _every(self, every: Every) -> str:
        parts = []
        if every.period is not None:
            parts.append(self._put(mark("toutes les %(period)s"), period=self.value(every.period)))
        if every.phase is not None:
            parts.append(self.value(every.phase))
        if every.event:
            said = self.say(MEALS[every.event]) if every.event in MEALS else every.event
            parts.append(self._machine(every.event, words(said)))
        if every.offset is not None:
            parts.append(self._put(mark("décalage : %(offset)s"), offset=self.value(every.offset)))
        return ", ".join(parts)

    def _answer(self, answer: Answer) -> str:
        said = self.say(mark("oui") if answer.yes else mark("non"))
        return element("data", words(said), value="true" if answer.yes else "false")

    def _ratio(self, ratio: Ratio) -> str:
        parts = [self.value(one) for one in (ratio.numerator, ratio.denominator) if one is not None]
        return f" {words(self.say(mark('pour')))} ".join(parts)

    def _mention(self, mention: FileMention) -> str:
        said = self.say(mark("Fichier %(number)s du document")) % {"number": mention.number}
        return element("a", words(said), href=f"#es-cda-file-{mention.number}")

    def _put(self, sentence: str, **values: str) -> str:
        """Put HTML into a sentence of ours."""
        return words(self.say(sentence)) % values


def is_noticed(coded: Coded) -> bool:
    """Say whether a flag must be noticed: high, low, abnormal; not a plain "normal"."""
    return coded.code in FLAGS and FLAGS[coded.code].noticed


def _gone(bound: Bound | None) -> bool:
    return bound is not None and isinstance(bound.value, Missing)


def _within(word: str, other: str) -> bool:
    """Say whether another word says this one and more: « anormalement bas » says « bas »."""
    return word.casefold() in other.casefold() and len(word) < len(other)


def _dated(bound: Bound) -> bool:
    return isinstance(bound.value, Moment)


def _iso(year: str, month: str, day: str, clock: str, offset: str) -> str:
    date = "-".join(part for part in (year, month, day) if part)
    if ":" not in clock:
        return date
    return f"{date}T{clock}{f'{offset[:3]}:{offset[3:]}' if offset else ''}"
