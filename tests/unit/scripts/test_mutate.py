from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[3] / "scripts" / "mutate.py"


@pytest.fixture(scope="module")
def mutate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutate", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutate"] = module  # dataclasses look their module up by name
    spec.loader.exec_module(module)
    return module


def changed(mutate: ModuleType, source: str, members: dict[str, list[str]] | None = None) -> set[str]:
    maker = mutate.Maker("module.py", source.encode(), members or {})
    return {mutant.apply(source.encode()).decode() for mutant in maker.mutants()}


@pytest.mark.parametrize(
    ("expression", "others"),
    [
        ("a < b", {"(a <= b)", "(a >= b)"}),
        ("a is b", {"(a is not b)"}),
        ("not a", {"(a)"}),
        ("a and b", {"(a or b)", "(a)", "(b)"}),
        ("a if b else c", {"(a)", "(c)", "a if (not b) else c"}),
        ("Permit('x')", {"Refuse('x')", "Permit('xX')"}),
        ("State.OPEN", {"State.CLOSED"}),
        ("[1, True]", {"[2, True]", "[1, False]"}),
        ("é < b", {"(é <= b)", "(é >= b)"}),
    ],
)
def test_each_way_of_breaking_an_expression_is_tried_once(
    mutate: ModuleType, expression: str, others: set[str]
) -> None:
    found = changed(mutate, f"x = {expression}\n", {"State": ["OPEN", "CLOSED"]})
    assert found == {f"x = {other}\n" for other in others}


def test_a_statement_is_deleted_inside_a_function_only(mutate: ModuleType) -> None:
    source = 'Y = f()\n\n\ndef g(a: int) -> int:\n    """Promise."""\n    if a:\n        return a\n    return f()\n'
    assert changed(mutate, source) == {
        source.replace("if a:\n        return a", "pass"),
        source.replace("if a:", "if (not a):"),
        source.replace("    return a\n", "    pass\n"),
        source.replace("return f()", "pass"),
    }


def test_every_target_and_every_test_named_exists(mutate: ModuleType) -> None:
    for module, commands in mutate.TARGETS.items():
        paths = [module, *(word for command in commands for word in command if word.startswith("tests/"))]
        assert [path for path in paths if not (mutate.ROOT / path).exists()] == []


@pytest.mark.slow
def test_every_mutant_declared_without_effect_still_exists_and_says_why(mutate: ModuleType) -> None:
    declared = mutate.known_equivalents()
    assert all(len(reason) >= 20 for reason in declared.values())
    members = mutate.enumerations(mutate.ROOT)
    for module in {module for module, _ in declared}:
        source = (mutate.ROOT / module).read_bytes()
        made = {mutate.squeezed(mutate.shown(m, source)) for m in mutate.Maker(module, source, members).mutants()}
        assert [diff for name, diff in declared if name == module and diff not in made] == []
