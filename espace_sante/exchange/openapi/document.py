"""The whole OpenAPI document: what is served at an address, its ceilings, its refusals. Source: OpenAPI 3.1.1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from espace_sante.actions.registry import REGISTRY
from espace_sante.exchange.acts_api import served
from espace_sante.exchange.openapi import acts, fhir
from espace_sante.exchange.openapi import parts as p
from espace_sante.formats.fhir.capability import Served


@dataclass(frozen=True, slots=True)
class Address:
    """Where it is served, as its CapabilityStatement says it: `limits` by their names and units."""

    address: str
    version: str
    limits: Mapping[str, int]
    types: Sequence[Served]
    interactions: Sequence[str]


def description(of: Address) -> bytes:
    """Return the JSON of the OpenAPI description of /fhir and /api. Never raises."""
    said = " · ".join(f"{name} : {value}" for name, value in of.limits.items())
    document: dict[str, Any] = {
        "openapi": "3.1.1",
        "info": {
            "title": "espace-sante",
            "version": of.version,
            "summary": "Espace de santé ouvert par votre oui",
            "description": f"Plafonds de cette instance. {said}",
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": of.address}],
        "tags": [
            {"name": "fhir", "description": "FHIR R4 (4.0.1), en JSON."},
            {"name": "api", "description": "Chaque démarche du registre."},
        ],
        "paths": {
            **fhir.operations(of.types, of.interactions),
            **acts.operations(act for act in REGISTRY.values() if served(act)),
        },
        "components": {
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer"}},
            "parameters": dict(p.PARAMETERS),
            "headers": dict(p.HEADERS),
            "schemas": acts.schemas(),
            "responses": {**p.refusals("fhir"), **p.refusals("api")},
        },
    }
    return orjson.dumps(document)
