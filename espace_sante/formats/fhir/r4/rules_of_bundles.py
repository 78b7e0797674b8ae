"""Rules about resources that hold others: Bundle, Composition, List, Parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from espace_sante.formats.fhir.r4.members import each, has, has_choice

Json = dict[str, Any]
_REQUESTS = ("batch", "transaction", "history")
_RESPONSES = ("batch-response", "transaction-response", "history")


def bdl_1(bundle: Json) -> bool:
    """Say whether only a search or a history has a total."""
    return not has(bundle, "total") or bundle.get("type") in ("searchset", "history")


def bdl_2(bundle: Json) -> bool:
    """Say whether only the entries of a search say how they were found."""
    return bundle.get("type") == "searchset" or not any(has(one, "search") for one in each(bundle, "entry"))


def bdl_3(bundle: Json) -> bool:
    """Say whether each entry of a batch, a transaction or a history has a request, and no other."""
    due = bundle.get("type") in _REQUESTS
    return all(has(one, "request") == due for one in each(bundle, "entry"))


def bdl_4(bundle: Json) -> bool:
    """Say whether each entry of a response or a history has a response, and no other."""
    due = bundle.get("type") in _RESPONSES
    return all(has(one, "response") == due for one in each(bundle, "entry"))


def bdl_5(entry: Json) -> bool:
    """Say whether an entry holds a resource, a request or a response."""
    return any(has(entry, name) for name in ("resource", "request", "response"))


def bdl_7(bundle: Json) -> bool:
    """Say whether no two entries have the same fullUrl and version, besides those of a history."""
    if bundle.get("type") == "history":
        return True
    named = [
        (one["fullUrl"], one.get("resource", {}).get("meta", {}).get("versionId"))
        for one in each(bundle, "entry")
        if "fullUrl" in one
    ]
    return len(set(named)) == len(named)


def bdl_8(entry: Json) -> bool:
    """Say whether a fullUrl names no version."""
    return "/_history/" not in entry.get("fullUrl", "")


def bdl_9(bundle: Json) -> bool:
    """Say whether a document has a number in a system."""
    identifier = bundle.get("identifier", {})
    return bundle.get("type") != "document" or (has(identifier, "system") and has(identifier, "value"))


def bdl_10(bundle: Json) -> bool:
    """Say whether a document has a date."""
    return bundle.get("type") != "document" or "timestamp" in bundle


def _first(bundle: Json) -> str:
    return str(next(each(bundle, "entry"), {}).get("resource", {}).get("resourceType", ""))


def bdl_11(bundle: Json) -> bool:
    """Say whether a document begins with its Composition."""
    return bundle.get("type") != "document" or _first(bundle) == "Composition"


def bdl_12(bundle: Json) -> bool:
    """Say whether a message begins with its header."""
    return bundle.get("type") != "message" or _first(bundle) == "MessageHeader"


def cmp_1(section: Json) -> bool:
    """Say whether a section holds something."""
    return any(has(section, name) for name in ("text", "entry", "section"))


def cmp_2(section: Json) -> bool:
    """Say whether only an empty section says why it is empty."""
    return not has(section, "emptyReason") or not has(section, "entry")


def lst_1(listed: Json) -> bool:
    """Say whether only an empty list says why it is empty."""
    return not has(listed, "emptyReason") or not has(listed, "entry")


def lst_2(listed: Json) -> bool:
    """Say whether only a list of changes has deleted entries."""
    return listed.get("mode") == "changes" or not any(has(one, "deleted") for one in each(listed, "entry"))


def lst_3(listed: Json) -> bool:
    """Say whether only a working list dates its entries."""
    return listed.get("mode") == "working" or not any(has(one, "date") for one in each(listed, "entry"))


def inv_1(parameter: Json) -> bool:
    """Say whether a parameter is one value, one resource or parts."""
    return sum((has_choice(parameter, "value"), has(parameter, "resource"), has(parameter, "part"))) == 1


RULES: dict[str, tuple[Callable[[Json], bool], ...]] = {
    "Bundle": (bdl_1, bdl_2, bdl_3, bdl_4, bdl_7, bdl_9, bdl_10, bdl_11, bdl_12),
    "Bundle.entry": (bdl_5, bdl_8),
    "Composition.section": (cmp_1, cmp_2),
    "List": (lst_1, lst_2, lst_3),
    "Parameters.parameter": (inv_1,),
}
