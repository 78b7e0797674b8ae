"""What `$validate` answers: a resource as it was sent, or inside Parameters. Source: FHIR R4 resource-operation-validate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from espace_sante.formats.fhir.outcome import validation
from espace_sante.formats.fhir.r4 import is_type, validate
from espace_sante.formats.fhir.reading import read_object
from espace_sante.kernel.errors import Kind, Problem


def answered(body: bytes, kind: str, parameters: Sequence[tuple[str, str]]) -> bytes:
    """Return the OperationOutcome about the resource of a body; `kind` is the type its address names, "" for any.

    Raises Problem: what `read_object` raises; page-unknown for a type that FHIR R4 has not; field-invalid for a parameter that
    would change the question (`mode`, `profile`): an answer to another question would be believed.
    """
    if kind and not is_type(kind):
        raise Problem(Kind.NOT_FOUND, "page-unknown")
    if parameters:
        raise Problem(Kind.INVALID, "field-invalid", {"field": "mode, profile"})
    return validation(validate(_resource(read_object(body)), kind=kind))


def _resource(sent: dict[str, Any]) -> object:
    """Return the resource of Parameters that hold one, any other as it was sent."""
    held = sent.get("parameter")
    if sent.get("resourceType") != "Parameters" or not isinstance(held, list):
        return sent
    found = [one.get("resource") for one in held if isinstance(one, dict) and one.get("name") == "resource"]
    if not found:
        return sent
    if len(held) > 1:
        raise Problem(Kind.INVALID, "field-invalid", {"field": "parameter"})
    return found[0]
