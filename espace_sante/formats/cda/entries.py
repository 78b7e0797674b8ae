"""Coded statements as plain values: everything said beside the narrative, technical identifiers left out.

One rule for all of them: an element that holds a value gives a fact, an element that holds others gives a statement
under its own. So an element of a later version of the standard, or of another vocabulary, is kept too.
Source: HL7 CDA R2 §4.3.6 (clinical statements), CI-SIS "Modèles de contenus CDA".
"""

from __future__ import annotations

from lxml import etree

from espace_sante.formats.cda.inventory import Inventory, children, local
from espace_sante.formats.cda.nodes import (
    Coded,
    Entry,
    Every,
    Fact,
    FileMention,
    Interval,
    Missing,
    Plain,
    Ratio,
    Value,
)
from espace_sante.formats.cda.values import read_coded, read_value, type_of

# Said by machines to machines; the identifiers of people and things are kept when they have an extension.
_TECHNICAL = frozenset({"templateId", "typeId", "realmCode", "seperatableInd", "contextConductionInd"})
# What a value may be made of; an element that holds anything else is a statement of its own.
_VALUE_PARTS = frozenset({
    "originalText", "translation", "qualifier", "reference", "low", "high", "width", "center", "numerator", "denominator",
    "period", "phase", "event", "offset", "comp", "thumbnail",
})  # fmt: skip
# Words, whatever stands in them.
_WORDS = frozenset({"text", "title", "desc", "name", "addr", "id"})
# Elements that hold other statements, or somebody's part, even when they are empty.
_WRAPPERS = frozenset({
    "entry", "entryRelationship", "component", "reference", "act", "observation", "organizer", "procedure", "encounter",
    "substanceAdministration", "supply", "observationMedia", "regionOfInterest", "consumable", "product",
    "manufacturedProduct", "manufacturedMaterial", "manufacturedLabeledDrug", "manufacturerOrganization", "performer",
    "author", "informant", "participant", "participantRole", "playingEntity", "playingDevice", "scopingEntity",
    "assignedEntity", "assignedAuthor", "assignedPerson", "assignedAuthoringDevice", "representedOrganization",
    "relatedEntity", "relatedPerson", "relatedSubject", "subject", "specimen", "specimenRole", "specimenPlayingEntity",
    "referenceRange", "observationRange", "precondition", "criterion", "externalDocument", "externalAct",
    "externalObservation", "externalProcedure", "asContent", "asSpecializedKind", "generalizedMedicineClass",
    "ingredient", "containerPackagedMedicine", "guardian", "patient", "wholeOrganization", "asOrganizationPartOf",
})  # fmt: skip
_NOTHING: tuple[Value, ...] = (Missing(""), Coded(), Plain(""), Ratio(None, None), Interval(), Every())
_MOODS_OF_FACT = frozenset({"", "EVN", "EVN.CRT", "CRT"})


def read_entry(element: etree._Element, inventory: Inventory) -> Entry | None:
    """Return a statement with all it holds, or nothing when it says nothing to a person."""
    facts: list[Fact] = []
    flags: list[Coded] = []
    inner: list[Entry] = []
    title: Coded | None = None
    facts += _of_itself(element, inventory)
    for child in children(element):
        if not inventory.spend():
            inventory.stop()
            break
        name = local(child)
        if name in _TECHNICAL or (name == "id" and not child.get("extension")):
            continue
        if name == "code" and title is None and _says(code := read_coded(child, inventory)):
            title = code
        elif name == "interpretationCode":
            flags.append(read_coded(child, inventory))
        elif _is_statement(child):
            inner += [found] if (found := read_entry(child, inventory)) is not None else []
        else:
            facts += _facts(child, inventory)
    entry = Entry(
        name=local(element),
        title=title,
        facts=_without_echoes(facts, title),
        flags=tuple(flags),
        children=tuple(inner),
        relation=element.get("typeCode") or "",
        mood=_mood(element),
        negated=(element.get("negationInd") or "").strip() in {"true", "1"},
    )
    return _folded(entry)


def _is_statement(element: etree._Element) -> bool:
    name = local(element)
    if type_of(element) or name in _WORDS or (name == "reference" and element.get("value") is not None):
        return False
    return name in _WRAPPERS or any(local(child) not in _VALUE_PARTS for child in children(element))


def _of_itself(element: etree._Element, inventory: Inventory) -> list[Fact]:
    """Return what a statement says in its own attributes and words, beside its children: rare, and then never lost."""
    own = " ".join("".join([element.text or "", *(child.tail or "" for child in element)]).split())
    said = [Fact("text", Plain(own))] if own else []
    if any(element.get(name) for name in ("code", "value", "displayName")):
        return [Fact(local(element), read_value(element, inventory)), *said]
    missing = (element.get("nullFlavor") or "").strip()
    return [*([Fact("nullFlavor", Missing(missing))] if missing else []), *said]


def _facts(element: etree._Element, inventory: Inventory) -> list[Fact]:
    if local(element) == "id":
        return [Fact("id", Plain((element.get("extension") or "").strip()))]
    value: Value = read_value(element, inventory)
    if value in _NOTHING:
        return []
    return [Fact(local(element), value)]


def _without_echoes(facts: list[Fact], title: Coded | None) -> tuple[Fact, ...]:
    """Leave out the `text` of a statement when its title or a value already says the same words."""
    said = {title.original, title.label} if title else set()
    said |= {
        word for fact in facts if isinstance(fact.value, Coded) for word in (fact.value.original, fact.value.label)
    }
    return tuple(
        fact
        for fact in facts
        if not (fact.name == "text" and isinstance(fact.value, Plain) and fact.value.text in said)
    )


def _mood(element: etree._Element) -> str:
    mood = (element.get("moodCode") or "").strip()
    return "" if mood in _MOODS_OF_FACT else mood


def _says(code: Coded) -> bool:
    return bool(code.label or code.original or code.code or any(_says(one) for one in code.also))


def _folded(entry: Entry) -> Entry | None:
    """Return the statement without empty layers around it."""
    empty = not (entry.facts or entry.flags or entry.negated or entry.title)
    only_shown = not (entry.flags or entry.negated or entry.title) and all(
        isinstance(fact.value, FileMention) for fact in entry.facts
    )
    if only_shown and not entry.children:  # nothing is said, or only a file that the page shows by itself
        return None
    if empty and len(entry.children) == 1 and not entry.mood:
        return _under(entry, entry.children[0])
    return entry


def _under(outer: Entry, inner: Entry) -> Entry:
    relation = inner.relation or outer.relation
    name = outer.name if outer.name in _NAMING and inner.name not in _NAMING else inner.name
    return Entry(name, inner.title, inner.facts, inner.flags, inner.children, relation, inner.mood, inner.negated)


# The layers whose name says more to a person than the name of what they hold.
_NAMING = frozenset({
    "performer", "author", "informant", "participant", "subject", "specimen", "consumable", "product", "referenceRange",
    "precondition", "representedOrganization",
})  # fmt: skip
