"""A part of a resource, as `_summary` and `_elements` ask for it: members are left out, those that stay keep their bytes.

What a part must never lose stays in each of them: what the type requires, and what changes the meaning of the rest (a status, that
something was entered in error). A part says that it is one, so that nobody writes it back over the whole.
Source: FHIR R4 search#summary, search#elements; docs/decisions/0055.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import msgspec

from espace_sante.formats.fhir.r4 import definitions
from espace_sante.formats.fhir.r4.shapes import shape_of
from espace_sante.kernel.errors import Kind, Problem

SUBSETTED = "SUBSETTED"
_TAG = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": SUBSETTED,
    "display": "subsetted",
}
_SUMMARIES = frozenset({"true", "text", "data", "count", "false"})
_ALWAYS = frozenset({"resourceType", "id", "meta", "implicitRules", "modifierExtension"})
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])
_ENCODE = msgspec.json.Encoder().encode

Cut: TypeAlias = "dict[str, Cut]"


@dataclass(frozen=True, slots=True)
class Subset:
    """What part of each resource is wanted: the whole one unless something else is said.

    `summary` is a value of `_summary`; `elements` are top-level elements, as they were named.
    """

    summary: str = "false"
    elements: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Say whether nothing is left out."""
        return self.summary == "false" and not self.elements

    @property
    def counts(self) -> bool:
        """Say whether only the number of resources is wanted, and none of them."""
        return self.summary == "count"

    @property
    def query(self) -> str:
        """Return it as it stands in an address, "" for the whole."""
        if self.elements:
            return f"_elements={','.join(self.elements)}"
        return "" if self.whole else f"_summary={self.summary}"

    def of(self, resource: bytes) -> bytes:
        """Return the part wanted of one resource, whose JSON says its type; the very bytes when all of it is wanted."""
        return resource if self.whole else part_of(resource, self)


def subset_asked(parameters: Iterable[tuple[str, str]], types: Collection[str]) -> Subset:
    """Return what the parameters of a request ask for, those of other names left aside; `types`: what may be answered.

    Raises Problem(field-invalid): a value that is none, both at once, one twice, an element that none of the types has, a path.
    """
    said = [(name, value) for name, value in parameters if name in ("_summary", "_elements")]
    if not said:
        return Subset()
    ((name, value), *more) = said
    if more:
        raise Problem(Kind.INVALID, "field-invalid", {"field": "_summary, _elements"})
    if name == "_summary":
        if value not in _SUMMARIES:
            raise Problem(Kind.INVALID, "field-invalid", {"field": name})
        return Subset(value)
    names = tuple(one.strip().removesuffix("[x]") for one in value.split(","))
    known = {field.path for one in types for field in shape_of(one).fields.values()}
    if not known.issuperset(names):
        raise Problem(Kind.INVALID, "field-invalid", {"field": name})
    return Subset(elements=names)


def part_of(resource: bytes, wanted: Subset) -> bytes:
    """Return the members of a resource that a subset keeps, in their order, and the tag that says so. `wanted` is not a count."""
    members = _MEMBERS.decode(resource)
    plan = _plan(msgspec.json.decode(members["resourceType"], type=str))
    if wanted.summary == "data":
        members.pop("text", None)
    else:
        kept = plan.kept(wanted)
        members = {name: value for name, value in members.items() if plan.element(name) in kept}
    if wanted.summary == "true":
        members = _without(members, plan.cut)
    return _ENCODE(_tagged(members))


def is_part(resource: Mapping[str, Any]) -> bool:
    """Say whether a resource, read as JSON, is tagged as a part of one: to write it would lose the rest."""
    meta = resource.get("meta")
    tags = meta.get("tag") if isinstance(meta, dict) else None
    return isinstance(tags, list) and any(isinstance(one, dict) and one.get("code") == SUBSETTED for one in tags)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is known of one type: the element each member belongs to, those in every part, those of a summary, what a summary cuts."""

    elements: Mapping[str, str]
    must: frozenset[str]
    summary: frozenset[str]
    cut: Cut

    def element(self, member: str) -> str:
        """Return the element a member belongs to: `value` for valueQuantity and _valueString."""
        return self.elements.get(member, member)

    def kept(self, wanted: Subset) -> frozenset[str]:
        """Return the elements that a subset keeps."""
        if wanted.elements:
            return self.must.union(wanted.elements)
        return self.must | ({"text"} if wanted.summary == "text" else self.summary)


@cache
def _plan(name: str) -> _Plan:
    shape, said = shape_of(name), definitions.subsets(name)
    required = {path for path, _ in shape.required}
    modifying = {one.removesuffix("[x]") for one in said.get("modifier", ())}
    cut: Cut = {}
    for path in said.get("cut", ()):
        here = cut
        for step in path.split("."):
            here = here.setdefault(step, {})
    return _Plan(
        {member: field.path for member, field in shape.fields.items()},
        _ALWAYS.union(required, modifying),
        frozenset(one.removesuffix("[x]") for one in said.get("summary", ())),
        cut,
    )


def _without(members: dict[str, msgspec.Raw], cut: Cut) -> dict[str, msgspec.Raw]:
    """Return an object without what is cut inside its members; a member of which nothing would stay is not there either."""
    kept: dict[str, msgspec.Raw] = {}
    for name, value in members.items():
        inside = cut.get(name.removeprefix("_"))
        left = value if inside is None else _left(value, inside)
        if left is not None:
            kept[name] = left
    return kept


def _left(value: msgspec.Raw, cut: Cut) -> msgspec.Raw | None:
    """Return what stays of a value, itself untouched when it holds nothing to cut; None when nothing stays."""
    if not cut:
        return None
    first = bytes(value).lstrip()[:1]
    if first == b"[":
        items = [left for one in _ITEMS.decode(value) if (left := _left(one, cut)) is not None]
        return msgspec.Raw(_ENCODE(items)) if items else None
    if first != b"{":
        return value
    members = _MEMBERS.decode(value)
    kept = _without(members, cut)
    if len(kept) == len(members) and all(kept[name] is members[name] for name in kept):
        return value
    return msgspec.Raw(_ENCODE(kept)) if kept else None


def _tagged(members: dict[str, msgspec.Raw]) -> dict[str, msgspec.Raw]:
    """Return a part with the tag that says it is one, added to those it has."""
    meta = _MEMBERS.decode(members["meta"]) if "meta" in members else {}
    tags: list[Any] = list(_ITEMS.decode(meta["tag"])) if "tag" in meta else []
    meta["tag"] = msgspec.Raw(_ENCODE([*tags, _TAG]))
    return members | {"meta": msgspec.Raw(_ENCODE(meta))}
