"""A second search, slow and plain: elements by fhirpathpy on the definitions as HL7 wrote them, comparisons by fractions.

It shares nothing with `espace_sante.formats.fhir.search`: neither the table, nor the readers, nor the rules.
Source: FHIR R4 search 3.1.1.4.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import fhirpathpy
from fhirpathpy.models import models

# What the definitions reach and our search does not (docs/deviations.md).
LEFT = frozenset(
    [
        "occurrenceString",
        "scheduledString",
        "performedString",
        "performedAge",
        "performedRange",
        "probabilityRange",
        "valueSampledData",
        "sourceAttachment",
    ]
)
# Tokens that are ids: their case counts, and they have no system.
IDS = frozenset({("ImagingStudy", "instance"), ("ImagingStudy", "series"), ("MessageHeader", "response-id")})
_RESOLVE = re.compile(r"\.where\(resolve\(\) is (\w+)\)")
_FILE = Path(__file__).with_name("fhir_search_expressions.tsv")
_PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")
_FAR = Fraction(10) ** 400


@dataclass(frozen=True)
class Definition:
    """One parameter as HL7 wrote it; `target` when the expression wants references to one type only."""

    kind: str
    expression: str
    target: str
    components: tuple[tuple[str, str], ...]


@cache
def definitions() -> dict[tuple[str, str], Definition]:
    found = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            base, name, kind, expression, *components = line.split("\t")
            about = (
                " | ".join(part for part in expression.split("|") if re.match(rf"\s*\(*{base}\b", part)) or expression
            )
            said = _RESOLVE.search(about)
            found[base, name] = Definition(
                kind,
                # fhirpathpy does not know that every type is a Resource.
                _RESOLVE.sub("", about).replace("Resource.", ""),
                said[1] if said else "",
                tuple((one.split(" ", 1)[0], one.split(" ", 1)[1]) for one in components),
            )
    return found


def definition(resource_type: str, name: str) -> Definition:
    known = definitions()
    return next(known[base, name] for base in (resource_type, "DomainResource", "Resource") if (base, name) in known)


@cache
def compiled(expression: str) -> Callable[..., list[Any]]:
    """Compile as HL7 means it: `as` on several elements is `ofType`; `DateTime` is a slip of two definitions."""
    expression = re.sub(r"\(([\w.]+) as (\w+)\)", r"\1.ofType(\2)", expression.replace("(DateTime)", "(dateTime)"))
    return fhirpathpy.compile(re.sub(r"\.as\((\w+)\)", r".ofType(\1)", expression), models["r4"])


def elements(resource: dict[str, Any], name: str) -> list[Any]:
    """Return the elements a parameter is about, as JSON; of a contact, its use and value as a system and code."""
    found = found_at(resource, name)
    if name in ("telecom", "phone", "email") or (resource["resourceType"], name) == ("Subscription", "contact"):
        return [{"system": one.get("use", ""), "code": one.get("value")} for one in found]
    return found


def found_at(resource: dict[str, Any], name: str) -> list[Any]:
    """Return what the official expression of a parameter finds."""
    what = definition(resource["resourceType"], name)
    found = list(compiled(what.expression)(without_left(resource)))
    return [one for one in found if leads(one, what.target)]


def leads(element: Any, target: str) -> bool:
    if not target:
        return True
    text = element.get("reference", "")
    parts = text.split("/_history/")[0].split("/")
    # A type is told by an address whose last parts are a type and an id.
    if len(parts) > 1 and parts[-2][:1].isupper() and not text.startswith(("urn:", "#")):
        return parts[-2] == target
    return element.get("type") == target


def without_left(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: without_left(value) for key, value in node.items() if key not in LEFT}
    return [without_left(one) for one in node] if isinstance(node, list) else node


def holds(resource: dict[str, Any], name: str, value: str, now: datetime) -> bool:
    """Say whether a resource passes one parameter, its name with its modifier."""
    plain, _, modifier = name.partition(":")
    what = definition(resource["resourceType"], plain)
    found = elements(resource, plain)
    if what.kind == "composite":  # there is one where each component is
        found = [one for one in found if all(_component(resource, one, text) for _, text in what.components)]
    if modifier == "missing":
        return (not found) is (value == "true")
    if what.kind == "composite":
        return any(_together(resource, one, what, text, now) for one in found for text in cut(value, ","))
    kind = "id" if (resource["resourceType"], plain) in IDS or plain == "_id" else what.kind
    said = any(_one(one, kind, modifier, text, now) for one in found for text in cut(value, ","))
    return not said if modifier == "not" else said


def cut(text: str, sign: str) -> list[str]:
    """Split where a sign is not escaped, letter by letter."""
    parts, escaped = [""], False
    for letter in text:
        if not escaped and letter == sign:
            parts.append("")
        else:
            parts[-1] += letter
        escaped = not escaped and letter == "\\"
    return parts


def plain(text: str) -> str:
    return text.replace("\\\\", "\0").replace("\\", "").replace("\0", "\\")


def _together(resource: dict[str, Any], element: Any, what: Definition, text: str, now: datetime) -> bool:
    for (kind, expression), part in zip(what.components, cut(text, "$"), strict=True):
        if not any(_one(one, kind, "", part, now) for one in _component(resource, element, expression)):
            return False
    return True


def _component(resource: dict[str, Any], element: Any, expression: str) -> list[Any]:
    whole = expression.removeprefix("%resource.")
    return list(compiled(whole)(resource)) if whole != expression else inside(element, expression)


def inside(element: dict[str, Any], expression: str) -> list[Any]:
    """Return what the expression of a component finds on one element."""
    found: list[Any] = []
    for part in expression.split("|"):
        if part.startswith("%"):
            continue
        step = re.fullmatch(r"\s*(\w+)(?:\.as\((\w+)\))?\s*", part)
        assert step is not None
        key = step[1] + (step[2][0].upper() + step[2][1:] if step[2] else "")
        # A choice that says no type: the two types of a token's.
        keys = (key,) if key != "value" else ("valueCodeableConcept", "valueBoolean")
        for one in keys:
            value = element.get(one, [])
            found += value if isinstance(value, list) else [value]
    return found


def _one(element: Any, kind: str, modifier: str, text: str, now: datetime) -> bool:
    if modifier == "text":
        return any(bare(said).startswith(bare(plain(text))) for said in words(element))
    if modifier == "identifier":
        named = element.get("identifier", {}) if isinstance(element, dict) else {}
        return any(_is_token(one, text) for one in tokens(named))
    match kind:
        case "id":
            return [plain(part) for part in cut(text, "|")] in ([element], ["", element])
        case "token":
            return any(_is_token(one, text) for one in tokens(element))
        case "string":
            return any(_is_string(one, modifier, plain(text)) for one in strings(element))
        case "uri":
            return _is_uri(element, modifier, plain(text))
        case "reference":
            return _is_reference(element, modifier, plain(text))
        case "date":
            return _compare(instants(element), text, now)
        case "number":
            return _number((Fraction(str(element)),) * 2, (False, False), text)
        case "quantity":
            return _quantity(element, text)
    raise AssertionError(kind)


def bare(text: str) -> str:
    """Return a text without case and accents: decomposed, marks out, ligatures of French opened."""
    for _ in range(3):
        text = unicodedata.normalize("NFKD", text).casefold()
    kept = [letter for letter in text if unicodedata.category(letter) != "Mn"]
    return " ".join("".join(kept).replace("œ", "oe").replace("æ", "ae").split())


def tokens(element: Any) -> Iterator[tuple[str | None, str | None]]:
    """Yield (system, code); a system of None is one we do not know, and any said will do."""
    if isinstance(element, bool):
        yield None, str(element).lower()
    elif isinstance(element, str):
        yield None, element
    elif "coding" in element or ("text" in element and "value" not in element):
        for coding in element.get("coding", ()):
            yield coding.get("system", ""), coding.get("code")
    elif "code" in element or "display" in element:
        yield element.get("system", ""), element.get("code")
    else:
        yield element.get("system", ""), element.get("value")


def _is_token(found: tuple[str | None, str | None], text: str) -> bool:
    system, code = found
    said = [plain(part) for part in cut(text, "|")]
    if len(said) == 2 and system is not None and said[0] != system:
        return False
    return not said[-1] or (code is not None and said[-1].casefold() == code.casefold())


def words(element: Any) -> list[str]:
    if not isinstance(element, dict):
        return []
    kind = element.get("type")
    named = [kind["text"]] if isinstance(kind, dict) and "text" in kind else []
    shown = [one["display"] for one in (element, *element.get("coding", ())) if "display" in one]
    return named + shown + ([element["text"]] if "text" in element else [])


def strings(element: Any) -> list[str]:
    if isinstance(element, str):
        return [element]
    found: list[str] = []
    for key in [
        "text",
        "family",
        "given",
        "prefix",
        "suffix",
        "line",
        "city",
        "district",
        "state",
        "postalCode",
        "country",
    ]:
        value = element.get(key, [])
        found += value if isinstance(value, list) else [value]
    return found


def _is_string(found: str, modifier: str, text: str) -> bool:
    if modifier == "exact":
        return found == text
    return bare(text) in bare(found) if modifier == "contains" else bare(found).startswith(bare(text))


def _is_uri(found: str, modifier: str, text: str) -> bool:
    if modifier == "below":
        return (found + "/").startswith(text.rstrip("/") + "/") or found == text
    if modifier == "above":
        return (text + "/").startswith(found.rstrip("/") + "/") or found == text
    return found == text


def _is_reference(element: Any, modifier: str, text: str) -> bool:
    led = element if isinstance(element, str) else element.get("reference", "")
    led = led if "/_history/" in text else led.split("/_history/")[0]
    if modifier:
        text = text if "/" in text else f"{modifier}/{text}"
    if isinstance(element, str) and "|" not in text:
        led = led.split("|")[0]
    if "/" in text or ":" in text:
        return led == text
    return led.count("/") == 1 and led.split("/")[1] == text


def instants(element: Any) -> tuple[Fraction, Fraction] | None:
    """Return the first instant and the first after, in seconds."""
    if isinstance(element, str):
        return span(element)
    if "repeat" in element or "event" in element or "code" in element:
        spans = [span(one) for one in element.get("event", ())]
        if "boundsPeriod" in element.get("repeat", {}):
            spans.append(instants(element["repeat"]["boundsPeriod"]))
        some = [one for one in spans if one]
        return (min(one[0] for one in some), max(one[1] for one in some)) if some else (-_FAR, _FAR)
    ends = [span(element[key]) if key in element else (-_FAR, _FAR) for key in ("start", "end")]
    if ends[0] is None or ends[1] is None or ends[0][0] >= ends[1][1]:
        return None
    return ends[0][0], ends[1][1]


def span(text: str) -> tuple[Fraction, Fraction] | None:
    """Return the instants a date stands for, through the calendar; what has no zone is in Paris's."""
    text = str(text)
    paris = ZoneInfo("Europe/Paris")
    day = text.split("T")[0].split("-")
    year, month, number = int(day[0]), int(day[1]) if len(day) > 1 else 1, int(day[2]) if len(day) > 2 else 1
    if "T" not in text:
        last_month = month if len(day) > 1 else 12
        last_day = number if len(day) > 2 else calendar.monthrange(year, last_month)[1]
        first = datetime(year, month, number, tzinfo=paris)
        after = (datetime(year, last_month, last_day) + timedelta(days=1)).replace(tzinfo=paris)
        return Fraction(first.timestamp()), Fraction(after.timestamp())
    clock = re.fullmatch(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?", text.split("T")[1])
    assert clock is not None, text
    zone: Any = (
        paris
        if clock[5] is None
        else UTC
        if clock[5] == "Z"
        else datetime.fromisoformat(f"2000-01-01T00:00{clock[5]}").tzinfo
    )
    start = Fraction(datetime(year, month, number, int(clock[1]), int(clock[2]), tzinfo=zone).timestamp())
    if clock[3] is None:
        return start, start + 60
    start += int(clock[3])
    if clock[4] is None:
        return start, start + 1
    digits = clock[4][:6]
    start += Fraction(int(digits), 10 ** len(digits))
    return start, start + Fraction(1, 10 ** len(digits))


def _split_prefix(text: str) -> tuple[str, str]:
    return (text[:2], text[2:]) if text[:2] in _PREFIXES else ("eq", text)


def _compare(found: tuple[Fraction, Fraction] | None, text: str, now: datetime) -> bool:
    if found is None:
        return False
    prefix, written = _split_prefix(text)
    wanted = span(written)
    assert wanted is not None
    inside = wanted[0] <= found[0] and found[1] <= wanted[1]
    at = Fraction(now.timestamp())
    gap = max(wanted[0] - at, at - wanted[1], Fraction(0)) / 10
    return {
        "eq": inside,
        "ne": not inside,
        "gt": found[1] > wanted[1],
        "lt": found[0] < wanted[0],
        "ge": found[1] > wanted[1] or inside,
        "le": found[0] < wanted[0] or inside,
        "sa": found[0] >= wanted[1],
        "eb": found[1] <= wanted[0],
        "ap": found[0] < wanted[1] + gap and found[1] > wanted[0] - gap,
    }[prefix]


def _number(found: tuple[Fraction, Fraction], open_ends: tuple[bool, bool], text: str) -> bool:
    """Compare an interval, closed unless said, with a number written."""
    prefix, written = _split_prefix(text)
    value = Fraction(written)
    mantissa, _, exponent = written.lower().partition("e")
    decimals = len(mantissa.partition(".")[2]) - int(exponent or 0)
    half = Fraction(1, 2) * Fraction(10) ** -decimals
    low, high = found
    within = value - half <= low and (high < value + half or (open_ends[1] and high <= value + half))
    exact = low == high == value
    about = abs(value) / 10
    return {
        "eq": within,
        "ne": not within,
        "gt": high > value,
        "lt": low < value,
        "ge": high > value or exact,
        "le": low < value or exact,
        "sa": low > value or (open_ends[0] and low >= value),
        "eb": high < value or (open_ends[1] and high <= value),
        "ap": (low < value + about or (low == value + about and not open_ends[0]))
        and (high > value - about or (high == value - about and not open_ends[1])),
    }[prefix]


def _quantity(element: Any, text: str) -> bool:
    number, *unit = [plain(part) for part in cut(text, "|")]
    if "low" in element or "high" in element:
        said = element.get("low") or element.get("high")
        if "value" not in element.get("low", {}) and "value" not in element.get("high", {}):
            return False
        low = Fraction(str(element["low"]["value"])) if "value" in element.get("low", {}) else -_FAR
        high = Fraction(str(element["high"]["value"])) if "value" in element.get("high", {}) else _FAR
        opened = (False, False)
    elif "value" not in element:
        return False
    else:
        said, low = element, Fraction(str(element["value"]))
        if "currency" in element:
            said = {"system": "urn:iso:std:iso:4217", "code": element["currency"]}
        high, sign = low, element.get("comparator", "")
        opened = (sign == ">", sign == "<")
        low, high = (-_FAR if "<" in sign else low), (_FAR if ">" in sign else high)
    if unit and not unit[0] and unit[1] not in (said.get("code"), said.get("unit")):
        return False
    if unit and unit[0] and (said.get("system"), said.get("code")) != (unit[0], unit[1]):
        return False
    return _number((low, high), opened, number)
