"""The CapabilityStatement: what this server does, and its ceilings, in the form software reads. Source: FHIR R4 capabilitystatement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Served:
    """One type of resource: its interactions, its search parameters (name, type), a note in French; `versioned`: every version is kept.

    `includes` and `reverse_includes` are what a search may join ("Type:parameter").
    """

    type: str
    interactions: tuple[str, ...]
    searches: tuple[tuple[str, str], ...] = ()
    documentation: str = ""
    versioned: bool = False
    includes: tuple[str, ...] = ()
    reverse_includes: tuple[str, ...] = ()
    operations: tuple[dict[str, str], ...] = ()


# What the whole server does, besides what it does with each type.
INTERACTIONS = ("transaction", "batch")
_VALIDATE = {
    "name": "validate",
    "definition": "http://hl7.org/fhir/OperationDefinition/Resource-validate",
    "documentation": "Dit si une ressource est conforme à FHIR R4 (4.0.1), sans rien garder : POST de la ressource à $validate ou"
    " {type}/$validate, pour tous les types de FHIR R4. Sans profil.",
}


def capability(
    base: str,
    version: str,
    date: str,
    served: Sequence[Served],
    limits: Mapping[str, int],
    security: Mapping[str, Any],
) -> bytes:
    """Return the JSON of the statement of the server at `base`; `limits` stand in it by their names.

    `security`: where applications are authorised, as `rest.security` says it.
    """
    said = " · ".join(f"{name} : {value}" for name, value in limits.items())
    statement: dict[str, Any] = {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": date,
        "kind": "instance",
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "patchFormat": ["application/json-patch+json", "application/fhir+json"],
        "software": {"name": "espace-sante", "version": version},
        "implementation": {"description": "Espace de santé ouvert par votre oui", "url": base},
        "rest": [
            {
                "mode": "server",
                "documentation": f"Plafonds de cette instance. {said}",
                "security": {
                    **security,
                    "description": "Jeton en en-tête Authorization: Bearer, obtenu comme le dit .well-known/smart-configuration."
                    " Chaque réponse journalisée porte Journal-Entry ; toute demande qui change quelque chose accepte"
                    " Idempotency-Key.",
                },
                "resource": [_resource(one) for one in served],
                "interaction": [{"code": code} for code in INTERACTIONS],
                "operation": [_VALIDATE],
            }
        ],
    }
    return orjson.dumps(statement)


def _resource(one: Served) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": one.type,
        **({"interaction": [{"code": code} for code in one.interactions]} if one.interactions else {}),
        "versioning": "versioned-update" if one.versioned else "no-version",
        "conditionalCreate": one.versioned,
        "conditionalUpdate": one.versioned,
        "conditionalDelete": "single" if one.versioned else "not-supported",
    }
    if one.versioned:
        found["conditionalRead"] = "full-support"
    if one.searches:
        found["searchParam"] = [{"name": name, "type": kind} for name, kind in one.searches]
    if one.includes:
        found["searchInclude"] = list(one.includes)
    if one.reverse_includes:
        found["searchRevInclude"] = list(one.reverse_includes)
    if one.operations:
        found["operation"] = list(one.operations)
    if one.documentation:
        found["documentation"] = one.documentation
    return found
