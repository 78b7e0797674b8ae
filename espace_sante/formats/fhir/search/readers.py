"""How each datatype of R4 becomes what a search compares. What is not of its datatype gives nothing, never an error.

Source: FHIR R4 search 3.1.1.4.5 to 3.1.1.4.13; datatypes; references 2.3.0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from espace_sante.formats.fhir.search.ranges import date_range
from espace_sante.formats.fhir.search.table import Step
from espace_sante.formats.fhir.search.typed import (
    EARLIEST,
    LATEST,
    LEAST,
    MOST,
    DateRange,
    Number,
    Quantity,
    Reference,
    Text,
    Token,
    Uri,
    Value,
    fold,
)

# The system of true and false. Source: FHIR R4 search 3.1.1.4.10.
_SPECIAL = "http://terminology.hl7.org/CodeSystem/special-values"
_CURRENCIES = "urn:iso:std:iso:4217"
_LOCAL = re.compile(r"([A-Z][A-Za-z]{1,63})/([A-Za-z0-9.\-]{1,64})(?:/_history/([A-Za-z0-9.\-]{1,64}))?", re.ASCII)
_ELSEWHERE = re.compile(
    r"((?:http|https)://[^\s?#]{1,1000}/([A-Z][A-Za-z]{1,63})/[A-Za-z0-9.\-]{1,64})(?:/_history/([A-Za-z0-9.\-]{1,64}))?",
    re.ASCII,
)
_NAME_PARTS = ("text", "family", "given", "prefix", "suffix")
_ADDRESS_PARTS = ("text", "line", "city", "district", "state", "postalCode", "country")


def reference_of(text: str) -> Reference:
    """Return what a reference's text leads to. Source: FHIR R4 references 2.3.0."""
    if local := _LOCAL.fullmatch(text):
        return Reference(local[1], local[2], version=local[3] or "")
    if elsewhere := _ELSEWHERE.fullmatch(text):
        return Reference(elsewhere[2], "", url=elsewhere[1], version=elsewhere[3] or "")
    url, _, version = text.partition("|")
    return Reference("", "", url=url, version=version)


def walk(element: Any, steps: tuple[Step, ...]) -> list[Any]:
    """Return the elements at the end of a path, lists opened, nulls left out."""
    found = [element]
    for step in steps:
        after: list[Any] = []
        for one in found:
            if not isinstance(one, Mapping):
                continue
            for key in step.keys:
                inside = one.get(key)
                if isinstance(inside, list):
                    after.extend(each for each in inside if each is not None)
                elif inside is not None:
                    after.append(inside)
        if step.said_key:
            after = [one for one in after if isinstance(one, Mapping) and one.get(step.said_key) == step.said_value]
        if not after:
            return after
        found = after
    return found


def _concept(element: Any) -> Iterator[Token]:
    if not isinstance(element, Mapping):
        return
    text = element.get("text")
    said = (fold(text),) if isinstance(text, str) else ()
    codings = element.get("coding")
    some = False
    for coding in codings if isinstance(codings, list) else ():
        for token in _coding(coding):
            some = True
            yield Token(token.system, token.code, token.folded, token.texts + said)
    if said and not some:
        yield Token("", None, None, said)


def _coding(element: Any) -> Iterator[Token]:
    if isinstance(element, Mapping):
        yield _token(element.get("system"), element.get("code"), element.get("display"))


def _identifier(element: Any) -> Iterator[Token]:
    if isinstance(element, Mapping):
        kind = element.get("type")
        text = kind.get("text") if isinstance(kind, Mapping) else None
        yield _token(element.get("system"), element.get("value"), text)


def _contact(element: Any) -> Iterator[Token]:
    if isinstance(element, Mapping):
        yield _token(element.get("use"), element.get("value"), None)


def _token(system: Any, code: Any, text: Any) -> Token:
    return Token(
        system if isinstance(system, str) else "",
        code if isinstance(code, str) else None,
        code.casefold() if isinstance(code, str) else None,
        (fold(text),) if isinstance(text, str) else (),
    )


def _code(element: Any) -> Iterator[Token]:
    if isinstance(element, str):
        yield Token("", element, element.casefold())


def _id(element: Any) -> Iterator[Token]:
    if isinstance(element, str):
        yield Token("", element)


def read_boolean(element: Any) -> Iterator[Token]:
    """Yield true or false, with and without the system R4 gives them."""
    if isinstance(element, bool):
        said = "true" if element else "false"
        yield Token(_SPECIAL, said, said)
        yield Token("", said, said)


def _text(element: Any) -> Iterator[Text]:
    if isinstance(element, str):
        yield Text(element, fold(element))


def _parts(names: tuple[str, ...]) -> Callable[[Any], Iterator[Text]]:
    steps = tuple((Step((name,)),) for name in names)

    def read(element: Any) -> Iterator[Text]:
        for step in steps:
            for part in walk(element, step):
                yield from _text(part)

    return read


def _date(element: Any) -> Iterator[DateRange]:
    if isinstance(element, str) and (found := date_range(element)) is not None:
        yield found


def _period(element: Any) -> Iterator[DateRange]:
    """Yield a period: open where it has no bound. One whose bound is no date, or that ends before it starts, is nothing."""
    if not isinstance(element, Mapping):
        return
    low, high = _bound(element, "start"), _bound(element, "end")
    if low is not None and high is not None and low.low < high.high:
        yield DateRange(low.low, high.high)


def _bound(element: Mapping[str, Any], key: str) -> DateRange | None:
    if key not in element:
        return DateRange(EARLIEST, LATEST)
    return date_range(element[key]) if isinstance(element[key], str) else None


def _timing(element: Any) -> Iterator[DateRange]:
    """Yield the outer limits of a timing: its bounds and events; open on both sides when it has neither."""
    if not isinstance(element, Mapping):
        return
    repeat = element.get("repeat")
    found = [each for one in walk(element, (Step(("event",)),)) for each in _date(one)]
    if isinstance(repeat, Mapping):
        found += _period(repeat.get("boundsPeriod"))
    if found:
        yield DateRange(min(one.low for one in found), max(one.high for one in found))
    else:
        yield DateRange(EARLIEST, LATEST)


def decimal_of(element: Any) -> Decimal | None:
    """Return a number of JSON as it was written, None for what is none."""
    if isinstance(element, bool) or not isinstance(element, int | float | Decimal):
        return None
    found = Decimal(repr(element)) if isinstance(element, float) else Decimal(element)
    return found if found.is_finite() else None


def _number(element: Any) -> Iterator[Number]:
    if (found := decimal_of(element)) is not None:
        yield Number((found, 0), (found, 0))


def _quantity(element: Any) -> Iterator[Quantity]:
    """Yield a quantity; "less than" or "more than" a number is all that is below or above it."""
    if not isinstance(element, Mapping) or (value := decimal_of(element.get("value"))) is None:
        return
    yield Quantity(_compared(value, _said(element, "comparator")), *_unit(element))


def _compared(value: Decimal, comparator: str) -> Number:
    match comparator:
        case "<":
            return Number(LEAST, (value, -1))
        case "<=":
            return Number(LEAST, (value, 0))
        case ">":
            return Number((value, 1), MOST)
        case ">=":
            return Number((value, 0), MOST)
    return Number((value, 0), (value, 0))


def _unit(element: Mapping[str, Any]) -> tuple[str, str, str]:
    return _said(element, "system"), _said(element, "code"), _said(element, "unit")


def _money(element: Any) -> Iterator[Quantity]:
    if isinstance(element, Mapping) and (value := decimal_of(element.get("value"))) is not None:
        yield Quantity(Number((value, 0), (value, 0)), _CURRENCIES, _said(element, "currency"), "")


def _range(element: Any) -> Iterator[Quantity]:
    """Yield a range: open where it has no bound, with the unit that its bounds say."""
    if not isinstance(element, Mapping):
        return
    ends = [one if isinstance(one := element.get(key), Mapping) else {} for key in ("low", "high")]
    low, high = (decimal_of(end.get("value")) for end in ends)
    said = next((end for end in ends if end), {})
    if low is not None or high is not None:
        bounds = Number(LEAST if low is None else (low, 0), MOST if high is None else (high, 0))
        yield Quantity(bounds, *_unit(said))


def _said(element: Mapping[str, Any], key: str) -> str:
    found = element.get(key)
    return found if isinstance(found, str) else ""


def _reference(element: Any) -> Iterator[Reference]:
    if not isinstance(element, Mapping):
        return
    text, kind = element.get("reference"), _said(element, "type")
    led = reference_of(text) if isinstance(text, str) else Reference("", "")
    named = next(_identifier(element.get("identifier")), None)
    yield Reference(led.type or kind, led.id, led.url, led.version, named)


def _address(element: Any) -> Iterator[Reference]:
    if isinstance(element, str):
        yield reference_of(element)


def _uri(element: Any) -> Iterator[Uri]:
    if isinstance(element, str):
        yield Uri(element)


_NUMBERS = dict.fromkeys(("integer", "positiveInt", "unsignedInt", "decimal"), _number)
# How each datatype is read, for each kind of parameter.
READERS: Mapping[str, Mapping[str, Callable[[Any], Iterator[Value]]]] = MappingProxyType(
    {
        "token": {
            "CodeableConcept": _concept,
            "Coding": _coding,
            "Identifier": _identifier,
            "ContactPoint": _contact,
            "id": _id,
            "boolean": read_boolean,
            **dict.fromkeys(("code", "string", "uri"), _code),
        },
        "string": {
            **dict.fromkeys(("string", "markdown"), _text),
            "HumanName": _parts(_NAME_PARTS),
            "Address": _parts(_ADDRESS_PARTS),
        },
        "date": {
            **dict.fromkeys(("date", "dateTime", "instant"), _date),
            "Period": _period,
            "Timing": _timing,
        },
        "number": _NUMBERS,
        "quantity": {
            **dict.fromkeys(("Quantity", "Age", "Duration", "Count", "Distance"), _quantity),
            "Money": _money,
            "Range": _range,
        },
        "reference": {"Reference": _reference, **dict.fromkeys(("canonical", "uri"), _address)},
        "uri": dict.fromkeys(("uri", "url", "canonical", "oid", "uuid"), _uri),
    }
)
