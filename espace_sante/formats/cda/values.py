"""The values of coded statements, read by their declared type, or by their shape when none is declared.

Numbers, codes and time stamps are kept exactly as written. Total: an unknown shape gives its words.
Source: HL7 V3 data types, XML implementation (datatypes-base.xsd, datatypes.xsd).
"""

from __future__ import annotations

from types import MappingProxyType

from lxml import etree

from espace_sante.formats.cda.inventory import Inventory, children, language_of, local
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

_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_CODED = frozenset({"CD", "CE", "CV", "CO", "CS", "CR", "SC"})
_MOMENTS = frozenset({"effectiveTime", "time", "birthTime", "expirationTime", "existenceTime", "deceasedTime"})
_ENDS = frozenset({"low", "high", "width", "center"})
_SAID = MappingProxyType({"prefix": 0, "suffix": 1, "given": 2, "family": 3})
_NAMED = frozenset({"name", "addr"})


def type_of(element: etree._Element) -> str:
    """Return the declared type of a value, without its prefix; nothing when it declares none."""
    return (element.get(_TYPE) or "").rpartition(":")[2].strip()


def read_value(element: etree._Element, inventory: Inventory, *, moments: bool = False) -> Value:
    """Return the value of an element. `moments`: a bare `value` is a time stamp, as in the interval around it."""
    kind, inner = type_of(element), {local(child) for child in children(element)}
    moments = moments or kind.endswith("TS") or local(element) in _MOMENTS
    file = inventory.file(element)
    if file is not None:
        return FileMention(file.number)
    composed = _composed(element, inner, inventory, moments=moments)
    if composed is not None:
        own = _own(element, inventory, moments=moments)
        return Sequence((*own, composed)) if own else composed
    if local(element) in _NAMED and inner:
        return _name(element)
    if local(element) == "telecom":
        return Plain(element.get("value") or "") if element.get("value") else _empty(element)
    return _simple(element, inventory, kind, inner, moments=moments)


def _composed(element: etree._Element, inner: set[str], inventory: Inventory, *, moments: bool) -> Value | None:
    """Return the value its children make, or nothing when they make none."""
    if inner & {"numerator", "denominator"}:
        return Ratio(_child(element, "numerator", inventory), _child(element, "denominator", inventory))
    if inner & {"period", "phase"}:
        return Every(_child(element, "period", inventory), _child(element, "phase", inventory, moments=True))
    if inner & {"event", "offset"}:
        return _at_event(element, inventory)
    if "comp" in inner:
        comps = [child for child in children(element) if local(child) == "comp"]
        return Sequence(tuple(read_value(child, inventory, moments=moments) for child in comps))
    return _interval(element, inventory, moments=moments) if inner & _ENDS else None


def _own(element: etree._Element, inventory: Inventory, *, moments: bool) -> tuple[Value, ...]:
    """Return what a composed value says itself, beside its parts."""
    value = (element.get("value") or "").strip()
    if value:
        return (Moment(value) if moments else _quantity(element, value, inventory),)
    return () if _empty(element) == Missing("") else (_empty(element),)


def read_coded(element: etree._Element, inventory: Inventory) -> Coded:
    """Return a coded value with its translations and qualifiers."""
    also, qualifiers, words = [], [], ""
    for child in children(element):
        match local(child):
            case "translation":
                also.append(read_coded(child, inventory))
            case "qualifier":
                qualifiers.append(_qualifier(child, inventory))
            case "originalText":
                words = words_of(child, inventory)
    code = (element.get("code") or "").strip()
    system = (element.get("codeSystemName") or element.get("codeSystem") or "").strip() if code else ""
    return Coded(
        label=(element.get("displayName") or "").strip() or _own_words(element),
        code=code,
        system=system,
        original=words,
        missing=(element.get("nullFlavor") or "").strip(),
        also=tuple(also),
        qualifiers=tuple(qualifiers),
    )


def words_of(element: etree._Element, inventory: Inventory) -> str:
    """Return the words of a text outside the narrative: its own, else those its reference names."""
    own = " ".join("".join(element.itertext()).split())
    reference = next((child for child in children(element) if local(child) == "reference"), None)
    return own or ("" if reference is None else inventory.echo(reference.get("value") or ""))


def _simple(element: etree._Element, inventory: Inventory, kind: str, inner: set[str], *, moments: bool) -> Value:
    value = (element.get("value") or "").strip()
    if value and (kind == "BL" or value in {"true", "false"}):
        return Answer(value == "true")
    if value and moments:
        return Moment(value)
    if value:
        return _quantity(element, value, inventory)
    if kind in _CODED or element.get("code") or element.get("displayName") or inner & {"originalText", "qualifier"}:
        return read_coded(element, inventory)
    if "translation" in inner:
        return read_coded(element, inventory)
    words = words_of(element, inventory)
    return Plain(words, language_of(element)) if words else _empty(element)


def _empty(element: etree._Element) -> Missing:
    return Missing((element.get("nullFlavor") or "").strip())


def _quantity(element: etree._Element, value: str, inventory: Inventory) -> Quantity:
    unit = (element.get("unit") or element.get("currency") or "").strip()
    if not unit and element.get("code"):  # a translation of a quantity: its unit is a code
        unit = (element.get("displayName") or element.get("code") or "").strip()
    also = [read_value(child, inventory) for child in children(element) if local(child) == "translation"]
    words = [child for child in children(element) if local(child) == "originalText"]
    also += [Plain(said) for child in words if (said := words_of(child, inventory))]
    return Quantity(value, unit, tuple(value for value in also if value != Missing("")))


def _interval(element: etree._Element, inventory: Inventory, *, moments: bool) -> Value:
    return Interval(
        low=_bound(element, "low", inventory, moments=moments),
        high=_bound(element, "high", inventory, moments=moments),
        width=_child(element, "width", inventory),
        centre=_child(element, "center", inventory, moments=moments),
    )


def _bound(element: etree._Element, name: str, inventory: Inventory, *, moments: bool) -> Bound | None:
    value = _child(element, name, inventory, moments=moments)
    if value is None:
        return None
    found = next(child for child in children(element) if local(child) == name)
    return Bound(value, (found.get("inclusive") or "true") != "false")


def _child(element: etree._Element, name: str, inventory: Inventory, *, moments: bool = False) -> Value | None:
    found = next((child for child in children(element) if local(child) == name), None)
    value = None if found is None else read_value(found, inventory, moments=moments)
    return None if value == Missing("") else value


def _at_event(element: etree._Element, inventory: Inventory) -> Every:
    event = next((child for child in children(element) if local(child) == "event"), None)
    code = "" if event is None else (event.get("code") or "")
    return Every(event=code.strip(), offset=_child(element, "offset", inventory))


def _qualifier(element: etree._Element, inventory: Inventory) -> tuple[Coded, Coded]:
    parts = {local(child): read_coded(child, inventory) for child in children(element)}
    return parts.get("name", Coded()), parts.get("value", Coded())


def _own_words(element: etree._Element) -> str:
    return " ".join((element.text or "").split())


def _name(element: etree._Element) -> Value:
    """Return a name or an address, and why parts of it are not there."""
    words: list[Value] = [Plain(said, language_of(element))] if (said := _spaced(element)) else []
    gone = [Missing(part.get("nullFlavor", "").strip()) for part in element.iter() if part.get("nullFlavor")]
    values = (*words, *gone)
    return values[0] if len(values) == 1 else Sequence(values)


def _spaced(element: etree._Element) -> str:
    """Return the parts of a name or an address as said aloud: civility, exercise title, first names, name."""
    parts = sorted(children(element), key=lambda part: _SAID.get(local(part), len(_SAID)))
    pieces = [element.text or ""]
    for part in parts:
        pieces += ["".join(part.itertext()), part.tail or ""]
    return " ".join(" ".join(pieces).split())
