"""Searches drawn from what stands in records: values that are there, that nearly are, and that are not."""

from __future__ import annotations

import random
from typing import Any

from espace_sante.formats.fhir.search.table import ParameterKind, parameters_of
from tests.oracles import fhir_search as oracle

PREFIXES = ("", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")
KINDS = {
    ParameterKind.TOKEN: ("", "", "not", "text"),
    ParameterKind.STRING: ("", "exact", "contains"),
    ParameterKind.REFERENCE: ("", "", "identifier", "[type]"),
    ParameterKind.URI: ("", "above", "below"),
}


def question(random_: random.Random, resources: list[dict[str, Any]]) -> tuple[str, str, str]:
    """Return a type, a parameter with its modifier, and a value: all valid."""
    while True:
        resource = random_.choice(resources)
        kind = resource["resourceType"]
        name = random_.choice(sorted(parameters_of(kind)))
        parameter = parameters_of(kind)[name]
        if random_.random() < 0.05:
            return kind, f"{name}:missing", random_.choice(("true", "false"))
        modifier = random_.choice(KINDS.get(parameter.kind, ("",)))
        found = oracle.elements(resource, name)
        if not found and random_.random() < 0.9:
            continue
        many = [text for _ in range(random_.choice((1, 1, 2))) if (text := value(random_, kind, name, found, modifier))]
        if not many:
            continue
        if modifier == "[type]":
            modifier, many = many[0].split("/")[0], many[:1]
            if not modifier[:1].isupper() or ":" in modifier:
                continue
        return kind, f"{name}:{modifier}" if modifier else name, ",".join(many)


def value(random_: random.Random, kind: str, name: str, found: list[Any], modifier: str) -> str:
    """Return one value for a parameter, "" when there is none to draw."""
    what = oracle.definition(kind, name)
    if what.kind == "composite":
        if not found:
            return ""
        element = random_.choice(found)
        parts = []
        for component, expression in what.components:
            inside = oracle.inside(element, expression)
            parts.append(one(random_, component, random_.choice(inside), "") if inside else "")
        return "$".join(parts) if all(parts) else ""
    if not found:
        return {"token": "x", "string": "x", "uri": "urn:x", "reference": "Patient/x"}.get(what.kind, "2010")
    return one(random_, what.kind, random_.choice(found), modifier)


def one(random_: random.Random, kind: str, element: Any, modifier: str) -> str:
    """Return a value near an element, "" when the element gives none."""
    if modifier == "text":
        words = oracle.words(element)
        return escaped(cased(random_, words[0][: random_.randint(1, 12)])) if words else ""
    if modifier == "identifier":
        return token(random_, element.get("identifier", {"value": "x"})) if isinstance(element, dict) else ""
    if kind == "token":
        return token(random_, element)
    if kind == "string":
        text = random_.choice(oracle.strings(element) or ["x"])
        start = random_.randint(0, 2) if modifier == "contains" else 0
        text = text if modifier == "exact" else cased(random_, text[start : start + random_.randint(1, 20)])
        return escaped(text) if oracle.bare(text) else ""
    if kind == "uri":
        text = element if random_.random() < 0.5 else element.rpartition("/")[0] or element
        return escaped(text)
    if kind == "reference":
        text = element if isinstance(element, str) else element.get("reference", "")
        if not text or text.startswith("#"):
            return ""
        return text.split("/")[-1] if random_.random() < 0.3 and text.count("/") == 1 and not modifier else text
    if kind == "date":
        return random_.choice(PREFIXES) + date(random_, element)
    return random_.choice(PREFIXES) + number(random_, kind, element)


def escaped(text: str) -> str:
    """Return a text whose separators are escaped."""
    for sign in "\\,$|":
        text = text.replace(sign, "\\" + sign)
    return text


def cased(random_: random.Random, text: str) -> str:
    """Return a text in another case, sometimes."""
    return random_.choice((text, text.upper(), text.lower()))


def token(random_: random.Random, element: Any) -> str:
    """Return a code with or without its system, or a system alone."""
    pairs = list(oracle.tokens(element))
    if not pairs:
        return "x"
    system, code = random_.choice(pairs)
    system, code = escaped(system or ""), escaped(cased(random_, code or ""))
    drawn = random_.choice((code, code, f"{system}|{code}", f"|{code}", f"{system}|"))
    return drawn if drawn.strip("|") else "x"


def date(random_: random.Random, element: Any) -> str:
    """Return a date of the element, cut to a precision, or another."""
    texts = [element] if isinstance(element, str) else [text for text in element.values() if isinstance(text, str)]
    text = str(random_.choice(texts or ["2015-03-29"]))
    cut = random_.choice((4, 7, 10, 100, 100))
    if cut == 100 and random_.random() < 0.3 and "T" in text:
        return text[:16]
    return (
        text[:cut] if random_.random() < 0.9 else random_.choice(("2015-03", "2018-07-14", "1990", "2012-10-28T02:30"))
    )


def number(random_: random.Random, kind: str, element: Any) -> str:
    """Return a number near that of the element, with its unit sometimes."""
    inside = element
    if isinstance(element, dict):
        inside = element.get("value", element.get("low", {}).get("value", element.get("high", {}).get("value", 1)))
    text = format(float(inside), random_.choice((".0f", ".1f", ".2f", ".0e", ".2e")))
    text = random_.choice((text, str(inside))) if len(str(inside)) < 16 else text
    if kind == "number" or not isinstance(element, dict) or random_.random() < 0.5:
        return text
    said = element if "value" in element else element.get("low") or element.get("high") or {}
    code, system = said.get("code", ""), said.get("system", "")
    unit = escaped(random_.choice([each for each in (code, said.get("unit", ""), "mg") if each]))
    return f"{text}|{escaped(system)}|{escaped(code)}" if code and random_.random() < 0.5 else f"{text}||{unit}"
