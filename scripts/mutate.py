#!/usr/bin/env python3
"""Break the rules one small step at a time and count the breaks that no test sees.

    scripts/mutate.py [--only MODULE] [--sample N SEED] [--fast] [--list]

Each mutant is one change in one module, made in a copy of the tree: nothing here touches the working files. A mutant
that no test kills is shown as a diff; one that cannot change any answer is declared, with its reason, in
scripts/mutants-equivalent.toml. Ends with `N mutants, N survived` (and ` sample` when some were left out, ` fast` when
some survived the quickest tests and the slower ones were not asked); 0 when none survived.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import importlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

# Loaded once, then shared by every child; of our own code, nothing is.
for library in ("hypothesis", "asyncpg", "cryptography.hazmat.primitives.hpke", "joserfc.jwt", "msgspec", "orjson"):
    importlib.import_module(library)

ROOT = Path(__file__).resolve().parent.parent
EQUIVALENT = ROOT / "scripts" / "mutants-equivalent.toml"
COPIED = ("espace_sante", "tests", "pyproject.toml", "conftest.py", "migrations", "docs", "verifier")
# A mutant that loops for ever is killed too: this many times the unmutated run, and never under half a minute.
TIMEOUT_FACTOR, TIMEOUT_LEAST_SECONDS = 5, 30

PYTEST = ("-Wignore::pytest.PytestAssertRewriteWarning", "-x", "-q", "-p", "no:cacheprovider", "--no-header", "--tb=no")

# Her will, whole: only asked about what the tests of one of its files did not see.
_WILL = (("tests/unit/consent", "tests/unit/access/test_rules.py"), ("tests/property/consent", "tests/property/access"))

# The debate's machine, and what a number published of few people would tell.
_ENVELOPES = ("desks", "mark_list", "marks")
_DEBATE = ("book", "coming", "dossier", "fitting", "rules", "token", "voting")
_DISCLOSED = (
    ("tests/public/test_indicators.py", "tests/property/test_published_counts.py"),
    ("tests/attacks/test_disclosure.py",),
)

# Module to break → the tests that must see it, quickest first: a later command only runs when the former saw nothing.
TARGETS: dict[str, tuple[tuple[str, ...], ...]] = {
    "espace_sante/access/rules.py": (
        ("tests/unit/access/test_rules.py", "tests/unit/access/test_decision_table.py", "-m", "not slow"),
        ("tests/unit/access", "tests/property/access"),
    ),
    "espace_sante/access/reading.py": (
        (
            "tests/unit/access/test_reading.py",
            "tests/unit/access/test_rules.py",
            "tests/unit/access/test_decision_table.py",
            "-m",
            "not slow",
        ),
        ("tests/unit/access", "tests/property/access"),
    ),
    "espace_sante/access/matrix.py": (("tests/unit/access/test_matrix.py",), ("tests/unit/access", "-m", "not slow")),
    "espace_sante/access/matrix_files.py": (("tests/unit/access/test_matrix.py",),),
    "espace_sante/access/matrix_cells.py": (("tests/unit/access/test_matrix_cells.py",),),
    "espace_sante/access/request.py": (("tests/unit/access/test_request.py",), ("tests/unit/access", "-m", "not slow")),
    "espace_sante/access/explain.py": (("tests/unit/access/test_explain.py",),),
    "espace_sante/access/kinds.py": (("tests/unit/access/test_kinds.py", "tests/unit/actions/test_told_line.py"),),
    "espace_sante/access/order.py": (
        ("tests/unit/access/test_order.py",),
        ("tests/unit/access", "-m", "not slow"),
    ),
    "espace_sante/access/outcomes.py": (
        ("tests/unit/access/test_rules.py", "tests/unit/access/test_decision_table.py", "-m", "not slow"),
    ),
    "espace_sante/consent/rights.py": (
        (
            "tests/unit/consent/test_moves.py",
            "tests/unit/consent/test_rights.py",
            "tests/unit/consent/test_episodes.py",
        ),
        *_WILL,
    ),
    "espace_sante/consent/grant.py": (
        ("tests/unit/consent/test_grant.py", "tests/unit/consent/test_rights.py"),
        *_WILL,
    ),
    "espace_sante/consent/limits.py": (("tests/unit/consent/test_limits.py",), *_WILL),
    "espace_sante/consent/letters.py": (("tests/unit/consent/test_letters.py",), *_WILL),
    "espace_sante/consent/telling.py": (("tests/unit/consent/test_telling.py",), *_WILL),
    "espace_sante/consent/recipient.py": (("tests/unit/consent/test_recipient.py",), *_WILL),
    "espace_sante/consent/emergency.py": (("tests/unit/consent/test_emergency_moves.py",), *_WILL),
    "espace_sante/consent/cards.py": (("tests/unit/consent/test_cards.py",), *_WILL),
    "espace_sante/consent/card_code.py": (("tests/unit/consent/test_card_code.py",), *_WILL),
    "espace_sante/consent/requests.py": (("tests/unit/consent/test_requests.py",), *_WILL),
    "espace_sante/consent/choices.py": (("tests/unit/consent/test_choices.py",), *_WILL),
    "espace_sante/consent/purposes.py": (("tests/unit/consent/test_purposes.py",), *_WILL),
    "espace_sante/consent/support.py": (("tests/unit/consent/test_help_and_cases.py",), *_WILL),
    "espace_sante/consent/evidence.py": (
        ("tests/unit/consent/test_evidence.py", "tests/unit/consent/test_silence.py"),
        *_WILL,
    ),
    "espace_sante/consent/space.py": (("tests/unit/consent/test_space.py",), *_WILL),
    "espace_sante/consent/silence.py": (("tests/unit/consent/test_evidence.py", "tests/unit/consent/test_silence.py"),),
    "espace_sante/consent/undoing.py": (
        (
            "tests/unit/consent/test_undoing.py",
            "tests/unit/consent/test_visits.py",
            "tests/unit/consent/test_episodes.py",
            "tests/property/consent/test_undoing.py",
        ),
        *_WILL,
    ),
    "espace_sante/consent/visits.py": (("tests/unit/consent/test_visits.py",), *_WILL),
    "espace_sante/consent/sheets.py": (
        ("tests/unit/consent/test_sheets.py", "tests/property/consent/test_sheets.py"),
        *_WILL,
    ),
    "espace_sante/consent/text_messages.py": (("tests/unit/consent/test_text_messages.py",), *_WILL),
    "espace_sante/consent/postal.py": (("tests/unit/consent/test_postal.py",), *_WILL),
    **{f"espace_sante/debate/{name}.py": (("tests/property/debate",), ("tests/unit/debate",)) for name in _DEBATE},
    **{
        f"espace_sante/envelopes/{name}.py": (("tests/property/envelopes", "tests/unit/envelopes"),)
        for name in _ENVELOPES
    },
    "espace_sante/keeper/indicators.py": (
        ("tests/unit/keeper/test_public_counts.py", "tests/unit/keeper/test_delays.py"),
        *_DISCLOSED,
    ),
    "espace_sante/keeper/departments.py": (("tests/unit/keeper/test_departments.py",), *_DISCLOSED),
    "espace_sante/public/ledger_sums.py": (("tests/public/test_ledger.py",), ("tests/public/test_unit_costs.py",)),
    "espace_sante/public/unit_costs.py": (("tests/public/test_unit_costs.py",), ("tests/public/test_ledger.py",)),
    "espace_sante/journal/entry.py": (("tests/unit/journal/test_entry.py",), ("tests/unit/vault/test_specs.py",)),
    "espace_sante/journal/merkle.py": (
        ("tests/unit/journal/test_merkle.py",),
        ("tests/unit/journal/test_tiles.py", "tests/property/journal"),
    ),
    "espace_sante/journal/tiles.py": (("tests/unit/journal/test_tiles.py",),),
    "espace_sante/journal/notes.py": (("tests/unit/journal/test_notes.py",),),
    "espace_sante/actions/completed.py": (
        ("tests/unit/actions/test_completed.py", "tests/unit/actions/test_described.py"),
    ),
    "espace_sante/actions/described.py": (
        ("tests/unit/actions/test_described.py", "tests/unit/actions/test_completed.py"),
    ),
    "espace_sante/identity/ins.py": (("tests/unit/formats/test_ins.py",),),
    "espace_sante/formats/ins.py": (
        ("tests/unit/formats/test_ins.py",),
        ("tests/property/formats/test_ins_and_time.py",),
    ),
    "espace_sante/formats/cda/timestamps.py": (
        ("tests/unit/formats_cda/test_timestamps.py",),
        ("tests/property/formats/test_ins_and_time.py",),
    ),
    "espace_sante/formats/byte_range.py": (
        ("tests/unit/formats/test_byte_range.py",),
        ("tests/property/formats/test_looking.py",),
    ),
    "espace_sante/formats/fhir/json_patch.py": (
        ("tests/unit/formats/test_json_patch.py",),
        ("tests/property/formats/test_patches_of_anything.py",),
    ),
    "espace_sante/formats/fhir/path_patch.py": (("tests/unit/formats/test_path_patch.py",),),
    "espace_sante/formats/fhir/patch.py": (
        ("tests/unit/formats/test_json_patch.py", "tests/unit/formats/test_path_patch.py"),
    ),
    "espace_sante/formats/fhir/subset.py": (
        ("tests/unit/formats/test_subset.py",),
        ("tests/property/formats/test_parts_of_examples.py",),
    ),
    "espace_sante/exchange/fhir/dates.py": (("tests/unit/exchange/test_dates.py",),),
    "espace_sante/keeper/origin.py": (("tests/unit/keeper/test_origin.py",),),
    "espace_sante/keeper/narrowing.py": (("tests/unit/keeper/test_narrowing.py",),),
    "espace_sante/keeper/tries.py": (("tests/unit/keeper/test_tries.py",),),
    "espace_sante/keeper/receipts.py": (("tests/unit/keeper/test_receipts.py", "tests/unit/keeper/test_will.py"),),
    "espace_sante/keeper/rights_body.py": (
        ("tests/unit/keeper/test_rights_rows.py", "tests/unit/keeper/test_rights_kept_before.py"),
        ("tests/unit/keeper/test_rights_body.py",),
    ),
    "espace_sante/keeper/rights_rows.py": (
        ("tests/unit/keeper/test_rights_rows.py", "tests/unit/keeper/test_rights_kept_before.py"),
        ("tests/unit/keeper/test_rights_body.py",),
    ),
    "espace_sante/keeper/rights_out.py": (
        ("tests/unit/keeper/test_rights_rows.py", "tests/unit/keeper/test_rights_kept_before.py"),
        ("tests/unit/keeper/test_rights_body.py",),
    ),
    "espace_sante/keeper/rights_in.py": (
        ("tests/unit/keeper/test_rights_rows.py", "tests/unit/keeper/test_rights_kept_before.py"),
        ("tests/unit/keeper/test_rights_body.py",),
    ),
    "espace_sante/keeper/acts/asked.py": (("tests/unit/keeper/test_table.py", "tests/unit/keeper/test_will.py"),),
    "espace_sante/keeper/acts/archive.py": (("tests/unit/keeper/test_life.py", "tests/unit/keeper/test_table.py"),),
    "espace_sante/keeper/acts/letters.py": (("tests/unit/keeper/test_life.py", "tests/unit/keeper/test_table.py"),),
    "espace_sante/keeper/acts/memory.py": (("tests/unit/keeper/test_life.py",),),
    "espace_sante/keeper/acts/journal.py": (("tests/unit/keeper/test_journal.py", "tests/unit/keeper/test_table.py"),),
    "espace_sante/keeper/acts/notices.py": (("tests/unit/keeper/test_will.py", "tests/unit/keeper/test_table.py"),),
    # The quickest of these need nothing; the slower start PostgreSQL for each mutant that is left: --fast does without.
    "espace_sante/keeper/acts/deposits.py": (
        ("tests/unit/keeper/test_deposits.py", "tests/unit/keeper/test_table.py"),
        ("tests/integration/test_deposits_refused.py", "tests/guarantees/test_g03_nobody_reads_whatever_the_door.py"),
    ),
    "espace_sante/keeper/acts/opening.py": (
        ("tests/unit/keeper/test_opening.py", "tests/unit/keeper/test_life.py", "tests/unit/keeper/test_table.py"),
        ("tests/guarantees/test_g01_no_space_without_a_yes.py", "tests/guarantees/test_g02_no_is_as_easy_as_yes.py"),
        ("tests/simulation", "tests/integration/test_keeper_caches.py"),
        (
            "tests/exchange/test_receipts.py",
            "tests/exchange/test_refusals_of_acts.py",
            "tests/integration/test_opening.py",
        ),
    ),
    "espace_sante/keeper/acts/documents.py": (
        ("tests/unit/keeper/test_documents.py", "tests/unit/keeper/test_table.py"),
        ("tests/integration/test_deposits_refused.py", "tests/guarantees/test_g03_nobody_reads_whatever_the_door.py"),
        ("tests/guarantees/test_g11_hidden_means_hidden.py",),
        ("tests/simulation", "tests/guarantees/test_g13_nothing_acknowledged_is_lost.py"),
        ("tests/exchange/test_receipts.py", "tests/exchange/test_bad_inputs.py", "tests/exchange/test_fhir.py"),
    ),
    "espace_sante/keeper/acts/will.py": (
        ("tests/unit/keeper/test_will.py", "tests/unit/keeper/test_life.py", "tests/unit/keeper/test_table.py"),
        ("tests/guarantees/test_g03_nobody_reads_whatever_the_door.py",),
        ("tests/simulation", "tests/guarantees/test_g08_erased_is_erased.py"),
        ("tests/exchange/test_receipts.py", "tests/exchange/test_refusals_of_acts.py", "tests/journeys/test_story.py"),
    ),
    "espace_sante/keeper/commit.py": (
        (
            "tests/guarantees/test_g03_nobody_reads_whatever_the_door.py",
            "tests/guarantees/test_g01_no_space_without_a_yes.py",
        ),
        (
            "tests/guarantees/test_g05_no_reading_without_a_trace.py",
            "tests/guarantees/test_g13_nothing_acknowledged_is_lost.py",
        ),
    ),
    "espace_sante/keeper/release.py": (
        ("tests/unit/keeper/test_release.py", "tests/unit/keeper/test_repeat.py"),
        (
            "tests/guarantees/test_g03_nobody_reads_whatever_the_door.py",
            "tests/guarantees/test_g01_no_space_without_a_yes.py",
        ),
        (
            "tests/guarantees/test_g05_no_reading_without_a_trace.py",
            "tests/guarantees/test_g13_nothing_acknowledged_is_lost.py",
        ),
    ),
}


@dataclass(frozen=True)
class Mutant:
    """One change: the bytes `start` to `end` of a module's source become `text`."""

    module: str
    line: int
    start: int
    end: int
    text: str

    def apply(self, source: bytes) -> bytes:
        """Return the module's source with this one change."""
        return source[: self.start] + self.text.encode() + source[self.end :]


# --- making mutants ------------------------------------------------------------------------------------------------

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATIONS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitOr,
}
NAMES = {"Permit": "Refuse", "Refuse": "Permit", "any": "all", "all": "any", "min": "max", "max": "min"}
DELETABLE = (ast.Expr, ast.Assign, ast.AugAssign, ast.Return, ast.Raise, ast.If, ast.For, ast.With, ast.Delete)


def enumerations(root: Path) -> dict[str, list[str]]:
    """Return the members of every enumeration of the package, by class name."""
    members: dict[str, list[str]] = {}
    for path in sorted((root / "espace_sante").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("Enum") for base in node.bases):
                targets = [t for item in node.body if isinstance(item, ast.Assign) for t in item.targets]
                members[node.name] = [target.id for target in targets if isinstance(target, ast.Name)]
    return members


class Maker:
    """Walk one module and yield its mutants, each with the place in the source it changes."""

    def __init__(self, module: str, source: bytes, members: dict[str, list[str]]) -> None:
        self.module, self.source, self.members = module, source, members
        lines = source.splitlines(keepends=True)
        self.starts = [0]
        for line in lines:
            self.starts.append(self.starts[-1] + len(line))

    def mutants(self) -> Iterator[Mutant]:
        """Yield each different change of the module once, when it is still Python."""
        tree = ast.parse(self.source)
        seen: set[bytes] = {self.source}
        for mutant in (m for statement in tree.body for m in self.statement(statement, inside=False)):
            changed = mutant.apply(self.source)
            if changed not in seen and compiles(changed):
                seen.add(changed)
                yield mutant

    def statement(self, node: ast.stmt, *, inside: bool) -> Iterator[Mutant]:
        """Yield the changes of one statement; it is only deleted `inside` a function."""
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Assert | ast.Pass):
            return  # an assertion tells the type checker what cannot be otherwise
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return  # a docstring
        if inside and isinstance(node, DELETABLE):
            yield self.replace(node, "pass")
        if isinstance(node, ast.Break | ast.Continue):
            yield self.replace(node, "continue" if isinstance(node, ast.Break) else "break")
        within = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "bases", "decorator_list", "type_params"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.stmt):
                    yield from self.statement(child, inside=within)
                elif isinstance(child, ast.expr):
                    yield from self.condition(child) if name == "test" else self.expression(child)
                elif isinstance(child, ast.AST):
                    yield from self.other(child, inside=within)

    def other(self, node: ast.AST, *, inside: bool) -> Iterator[Mutant]:
        """Handlers, match cases, arguments' defaults, with items."""
        if isinstance(node, ast.arguments):
            for default in (*node.defaults, *(d for d in node.kw_defaults if d is not None)):
                yield from self.expression(default)
            return
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                yield from self.statement(child, inside=inside)
            elif isinstance(child, ast.expr) and not isinstance(node, ast.ExceptHandler):
                yield from self.expression(child)
            elif isinstance(node, ast.match_case) and not isinstance(child, ast.pattern):
                yield from self.other(child, inside=inside)

    def condition(self, node: ast.expr) -> Iterator[Mutant]:
        """A test that is a mere value is negated; comparisons and connectives have their own changes."""
        if not isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp):
            yield self.replace(node, f"(not {ast.unparse(node)})")
        yield from self.expression(node)

    def expression(self, node: ast.expr) -> Iterator[Mutant]:
        """Yield the changes of an expression and of all it holds."""
        for text in self.changes(node):
            yield self.replace(node, text)
        for name, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.comprehension):
                    yield from self.expression(child.iter)
                    for test in child.ifs:
                        yield from self.condition(test)
                elif isinstance(child, ast.keyword):
                    yield from self.expression(child.value)
                elif isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant):
                    continue  # the words of a formatted text have no place of their own in the source
                elif isinstance(child, ast.expr):
                    is_test = isinstance(node, ast.IfExp) and name == "test"
                    yield from self.condition(child) if is_test else self.expression(child)

    def changes(self, node: ast.expr) -> Iterator[str]:
        """The texts that may stand instead of an expression."""
        match node:
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                for index, operator in enumerate(ops):
                    for other in COMPARISONS.get(type(operator), ()):
                        changed = [*ops[:index], other(), *ops[index + 1 :]]
                        yield f"({ast.unparse(ast.Compare(left, changed, comparators))})"
            case ast.BoolOp(op=connective, values=values):
                other_connective = ast.Or() if isinstance(connective, ast.And) else ast.And()
                yield f"({ast.unparse(ast.BoolOp(other_connective, values))})"
                for index in range(len(values)):
                    left_over = [*values[:index], *values[index + 1 :]]
                    kept = left_over[0] if len(left_over) == 1 else ast.BoolOp(connective, left_over)
                    yield f"({ast.unparse(kept)})"
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield f"({ast.unparse(operand)})"
            case ast.BinOp(left=left, op=operation, right=right) if type(operation) in OPERATIONS:
                yield f"({ast.unparse(ast.BinOp(left, OPERATIONS[type(operation)](), right))})"
            case ast.IfExp(body=body, orelse=orelse):
                yield f"({ast.unparse(body)})"
                yield f"({ast.unparse(orelse)})"
            case ast.Constant(value=value):
                yield from constants(value)
            case ast.Name(id=name) if name in NAMES and isinstance(node.ctx, ast.Load):
                yield NAMES[name]
            case ast.Attribute(value=ast.Name(id=name), attr=member) if member in self.members.get(name, ()):
                names = self.members[name]
                if len(names) > 1:
                    yield f"{name}.{names[(names.index(member) + 1) % len(names)]}"
            case _:
                pass

    def replace(self, node: ast.stmt | ast.expr, text: str) -> Mutant:
        """Return the mutant that writes this text in the place of a node."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self.starts[node.lineno - 1] + node.col_offset
        end = self.starts[node.end_lineno - 1] + node.end_col_offset
        return Mutant(self.module, node.lineno, start, end, text)


def compiles(source: bytes) -> bool:
    """Say whether a change left a readable module."""
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def constants(value: object) -> Iterator[str]:
    """The values that may stand instead of a constant."""
    if isinstance(value, bool):
        yield repr(not value)
    elif isinstance(value, int):
        yield repr(value + 1)
    elif isinstance(value, str | bytes):
        yield repr(value + (b"X" if isinstance(value, bytes) else "X"))  # type: ignore[operator]  # same type on each side


# --- running them --------------------------------------------------------------------------------------------------


def run(tree: Path, commands: tuple[tuple[str, ...], ...], timeout: float) -> bool:
    """Say whether every command passes in this tree."""
    return all(run_one(tree, command, time.monotonic() + timeout) for command in commands)


def run_one(tree: Path, command: tuple[str, ...], until: float) -> bool:
    """Run pytest in a child made from this process, where the libraries are already loaded and our code is not."""
    child = os.fork()
    if child == 0:
        os.setsid()
        os.chdir(tree)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nowhere, descriptor)
        os.environ.update(PYTHONPATH=str(tree), HYPOTHESIS_PROFILE="check", ESPACE_SANTE_SEED="1")
        sys.path.insert(0, str(tree))
        try:
            code = int(pytest.main([*PYTEST, *command]))
        finally:
            os._exit(code if "code" in locals() else 1)
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        if time.monotonic() > until:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return False
        time.sleep(0.01)


def write(path: Path, content: bytes, moment: int) -> None:
    """Write a module with a date of its own: a compiled file is trusted by date and size."""
    path.write_bytes(content)
    os.utime(path, (moment, moment))


def copy_tree(destination: Path) -> None:
    """Copy what the tests need."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, destination / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        elif source.exists():
            shutil.copy2(source, destination / name)


def shown(mutant: Mutant, source: bytes) -> list[str]:
    """The lines a mutant changes, as a diff."""
    before, after = source.decode().splitlines(), mutant.apply(source).decode().splitlines()
    diff = list(difflib.unified_diff(before, after, lineterm="", n=0))
    return [line for line in diff[2:] if not line.startswith("@@")]


def known_equivalents() -> dict[tuple[str, str], str]:
    """Mutants that change no answer: (module, changed lines without their margins) → reason."""
    entries = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).get("mutant", []) if EQUIVALENT.exists() else []
    return {(entry["module"], squeezed(entry["diff"].splitlines())): entry["reason"] for entry in entries}


def squeezed(lines: list[str]) -> str:
    """Return changed lines without their margins, so that moving code does not lose its declaration."""
    return "\n".join(f"{line.strip()[0]}{line.strip()[1:].strip()}" for line in lines if line.strip())


def main() -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", metavar="MODULE", help="one module of the list")
    parser.add_argument("--sample", nargs=2, type=int, metavar=("N", "SEED"), help="N mutants drawn from all")
    parser.add_argument("--fast", action="store_true", help="only the first, quickest tests of each module")
    parser.add_argument("--list", action="store_true", help="show the mutants, run nothing")
    options = parser.parse_args()
    if options.only and options.only not in TARGETS:
        parser.error(f"unknown module {options.only}; known: {', '.join(TARGETS)}")
    modules = [options.only] if options.only else list(TARGETS)
    sources = {module: (ROOT / module).read_bytes() for module in modules}
    members, equivalents = enumerations(ROOT), known_equivalents()
    mutants = [mutant for module in modules for mutant in Maker(module, sources[module], members).mutants()]
    unused = set(key for key in equivalents if key[0] in modules)
    kept = []
    for mutant in mutants:
        key = (mutant.module, squeezed(shown(mutant, sources[mutant.module])))
        unused.discard(key)
        if key not in equivalents:
            kept.append(mutant)
    for module, diff in sorted(unused):
        print(f"mutants-equivalent.toml: no such mutant of {module} any more:\n{diff}", file=sys.stderr)
    sampled = bool(options.sample) and options.sample[0] < len(kept)
    if sampled:
        drawn = random.Random(options.sample[1])  # noqa: S311 — a draw that can be repeated, nothing secret
        kept = sorted(drawn.sample(kept, options.sample[0]), key=lambda mutant: (mutant.module, mutant.start))
    if options.list:
        for mutant in kept:
            print(f"{mutant.module}:{mutant.line}", *shown(mutant, sources[mutant.module]), sep="\n")
        return 0
    commands = {module: TARGETS[module][:1] if options.fast else TARGETS[module] for module in modules}
    survivors = survivors_of(kept, sources, commands)
    unsure = " fast" if survivors and any(commands[m] != TARGETS[m] for m in modules) else ""
    print(f"{len(kept)} mutants, {len(survivors)} survived{' sample' if sampled else ''}{unsure}")
    return 1 if survivors or unused else 0


def survivors_of(
    mutants: list[Mutant], sources: dict[str, bytes], commands: dict[str, tuple[tuple[str, ...], ...]]
) -> list[Mutant]:
    """Run each mutant in a copy of the tree; return and show those that no test killed."""
    survivors: list[Mutant] = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        tree = Path(folder)
        copy_tree(tree)
        for module, source in sources.items():
            chosen = [mutant for mutant in mutants if mutant.module == module]
            if not chosen:
                continue
            begun = time.monotonic()
            if not run(tree, commands[module], timeout=3600):
                sys.exit(f"the tests of {module} fail before any change")
            timeout = max(TIMEOUT_LEAST_SECONDS, TIMEOUT_FACTOR * (time.monotonic() - begun))
            for number, mutant in enumerate(chosen, start=1):
                write(tree / module, mutant.apply(source), moment=number)
                if run(tree, commands[module], timeout):
                    survivors.append(mutant)
                    print(f"survived {module}:{mutant.line}", *shown(mutant, source), sep="\n", flush=True)
                if sys.stderr.isatty():
                    print(f"\r{module} {number}/{len(chosen)}", end="", file=sys.stderr, flush=True)
            write(tree / module, source, moment=len(chosen) + 1)
            print(f"{module}: {len(chosen)} mutants in {time.monotonic() - begun:.0f} s", flush=True)
    return survivors


if __name__ == "__main__":
    sys.exit(main())
