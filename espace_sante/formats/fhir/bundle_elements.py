"""The elements of FHIR R4 that a transaction is read into. Source: FHIR R4 bundle, list, parameters; FHIRPath patch."""

from __future__ import annotations

from typing import Any

import msgspec

from espace_sante.formats.fhir.elements import CodeableConcept, Element, Identifier, Reference


class Request(Element, frozen=True):
    """What is to be done with an entry."""

    method: str = ""
    url: str = ""
    if_none_exist: str = ""
    if_match: str = ""


class Entry(Element, frozen=True):
    """One entry: where it is in the Bundle, what it is, what is to be done."""

    full_url: str = ""
    resource: dict[str, Any] = msgspec.field(default_factory=dict)
    request: Request = Request()


class Bundle(Element, frozen=True):
    """A Bundle as far as a transaction needs it."""

    resource_type: str
    type: str
    entry: tuple[Entry, ...] = ()


class Extension(Element, frozen=True):
    """An extension whose value is an identifier or a concept."""

    url: str = ""
    value_identifier: Identifier | None = None
    value_codeable_concept: CodeableConcept | None = None


class ListEntry(Element, frozen=True):
    """What a List names."""

    item: Reference


class List(Element, frozen=True):
    """A submission set, or a folder."""

    status: str
    mode: str
    code: CodeableConcept
    identifier: tuple[Identifier, ...] = ()
    subject: Reference | None = None
    date: str = ""
    title: str = ""
    source: Reference | None = None
    entry: tuple[ListEntry, ...] = ()
    extension: tuple[Extension, ...] = ()
    contained: tuple[dict[str, Any], ...] = ()
    modifier_extension: tuple[Any, ...] = ()


class Part(Element, frozen=True):
    """A part of an operation."""

    name: str = ""
    value_code: str = ""
    value_string: str = ""


class Parameter(Element, frozen=True):
    """An operation."""

    name: str = ""
    part: tuple[Part, ...] = ()


class Parameters(Element, frozen=True):
    """Operations of a FHIRPath patch."""

    parameter: tuple[Parameter, ...] = ()
