"""The OpenAPI description: valid for a validator nobody here wrote, and of what is served, no more and no less."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from espace_sante.access.request import Channel
from espace_sante.actions.refusals import KINDS
from espace_sante.actions.registry import REGISTRY
from espace_sante.exchange.fhir.views import TYPES as VIEWS
from espace_sante.exchange.routes import described
from espace_sante.kernel.errors import Kind
from espace_sante.kernel.settings import Settings
from espace_sante.records.resource import numbers
from tests import needs
from tests.served import JSON

DESCRIPTION: dict[str, Any] = json.loads(described(Settings()))
METHODS = frozenset({"get", "head", "post", "put", "patch", "delete"})
ACTS = [act.id.value for act in REGISTRY.values() if Channel.API in act.channels]
EXCHANGE = needs.ROOT / "espace_sante" / "exchange"
# Each file that says which addresses there are, and what stands before them.
DISPATCHERS = {
    "fhir/server.py": "/fhir",
    "fhir/resources.py": "/fhir/{}",
    "fhir/conditional_writing.py": "/fhir/{}",
    "fhir/views.py": "/fhir/<view>",
    "fhir/export.py": "/fhir/Patient/{}",
    "acts_api.py": "/api",
}
# Addresses that the code names by one word of its own, and the description by each value of it.
EACH = {
    **{f"/fhir/<view>{tail}": [f"/fhir/{one}{tail}" for one in sorted(VIEWS)] for tail in ("", "/_search", "/{}")},
    "/api/demarches/{}": [f"/api/demarches/{act}" for act in ACTS],
}


def said() -> set[tuple[str, str]]:
    """Return each method and address described, whatever its parts are called."""
    return {
        (method, re.sub(r"\{\w+\}", "{}", path))
        for path, methods in DESCRIPTION["paths"].items()
        for method in methods
        if method in METHODS
    }


def dispatched(file: Path, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield each method and address that a dispatcher knows, read in its code: each case, and what `only` is told there."""
    for case in (one for node in ast.walk(dispatcher(file)) if isinstance(node, ast.Match) for one in node.cases):
        assert isinstance(case.pattern, ast.MatchSequence)
        first, *others = case.pattern.patterns or [None]
        if others and isinstance(first, ast.MatchValue) and isinstance(others[0], ast.MatchSequence):
            methods, path = {str(ast.literal_eval(first.value)).lower()}, others[0]
        else:
            methods, path = methods_of(case), case.pattern
        for tail in tails(path):
            for address in EACH.get(prefix + tail, [prefix + tail]):
                yield from ((method, address) for method in methods | ({"head"} if "get" in methods else set()))


def dispatcher(file: Path) -> ast.AST | None:
    """Return the function of a file that says which addresses there are."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef) and node.name == "dispatch"]
    return next((one for one in functions if any(isinstance(node, ast.Match) for node in ast.walk(one))), None)


def methods_of(case: ast.match_case) -> set[str]:
    """Return the methods of a case: those that `only` is given, or the one that its guard asks for."""
    calls = [node for line in case.body for node in ast.walk(line) if isinstance(node, ast.Call)]
    for call in calls:
        if isinstance(call.func, ast.Name) and call.func.id == "only":
            return {str(keyword.arg).lower() for keyword in call.keywords}
    compared = [node for node in ast.walk(case.guard or ast.Pass()) if isinstance(node, ast.Compare)]
    (method,) = [one.comparators[0] for one in compared if ast.unparse(one.left) == "call.method"]
    return {str(ast.literal_eval(method)).lower()}


def tails(pattern: ast.pattern) -> list[str]:
    """Return the addresses of a pattern: `{}` for what may be anything; a part that may be left out gives two."""
    assert isinstance(pattern, ast.MatchSequence)
    found = [""]
    for part in pattern.patterns:
        if isinstance(part, ast.MatchStar):
            found = [*found, *(one + "/{}" for one in found)]
        elif isinstance(part, ast.MatchValue):
            assert isinstance(part.value, ast.Constant)
            found = [one + "/" * bool(part.value.value) + str(part.value.value) for one in found]
        else:
            found = [one + "/{}" for one in found]
    return found


def test_it_is_openapi_for_a_validator_nobody_here_wrote() -> None:
    assert [str(fault) for fault in OpenAPIV31SpecValidator(DESCRIPTION).iter_errors()] == []
    broken = DESCRIPTION | {"paths": {"/fhir": {"post": {"responses": {"abc": {}}}}}}
    assert list(OpenAPIV31SpecValidator(broken).iter_errors()), "the validator sees nothing"


def test_every_address_that_is_served_is_described_and_none_besides() -> None:
    assert {
        str(file.relative_to(EXCHANGE)) for file in EXCHANGE.rglob("*.py") if dispatcher(file)
    } == DISPATCHERS.keys()
    known = {one for file, prefix in DISPATCHERS.items() for one in dispatched(EXCHANGE / file, prefix)}
    assert len(known) > 40
    assert known == said()


def test_every_act_and_every_type_is_described() -> None:
    posts = {
        path.rpartition("/")[2] for path, one in DESCRIPTION["paths"].items() if "post" in one and "/demarches/" in path
    }
    assert posts == set(ACTS)
    for method in ("get", "put", "delete"):
        operation = DESCRIPTION["paths"]["/fhir/{type}/{id}"][method]
        (kind,) = [one for one in operation["parameters"] if one.get("name") == "type"]
        assert kind["schema"]["enum"] == list(numbers())


def test_every_refusal_stands_under_one_status() -> None:
    answers = {name: one for name, one in DESCRIPTION["components"]["responses"].items() if name.startswith("api-")}
    listed = [code for one in answers.values() for code in one["content"][JSON]["schema"]["properties"]["code"]["enum"]]
    assert sorted(listed) == sorted(code for code, kind in KINDS.items() if kind is not Kind.INTERNAL)


def test_the_ceilings_of_the_house_stand_in_it() -> None:
    told = json.loads(described(Settings(bundle_entries=7)))
    assert "bundle_entries (entrées) : 7 " in told["info"]["description"]
    assert told["servers"] == [{"url": "http://127.0.0.1:8000"}]
