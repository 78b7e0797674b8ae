"""No statement of the service puts two people's health data together, and what counts across spaces is a short public list.

The statements are read as they are run: every `queries.sql`, and every SQL text written in the code. Guarantee: G9.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.guarantees.parsing import tree_of

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "espace_sante"
LIST = ROOT / "docs" / "specs" / "across-spaces.md"
# What is health, or would be a list of who has some: every table of a person's own data.
_COLUMN = re.compile(r"^main column: ([a-z_]+\.[a-z_]+)\.space_id ", re.MULTILINE)
HEALTH = ("records.document", "records.resource", "records.summary", "records.summary_line")
_VERB = re.compile(r"\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|COPY)\b")
_BOUND = (
    r"space_id = (?:any\()?\$\d",  # a space, or those of one batch, given
    r"space_id = [a-z]\.(?:space_id|space)\b",  # joined to the rows given, space by space
    r"INSERT INTO [a-z_.]+ \(.*?\) (?:VALUES|SELECT (?:\*|[a-z]\.\*|\$1).*? FROM unnest)",  # rows given
    r"INSERT INTO [a-z_.]+ \([^()]*\) SELECT [a-z]\.space_id,(?:(?! FROM ).)* FROM unnest\(",  # the same, column by column
    r"\bspace_id IN \(SELECT",
    r"\(space_id, [a-z_]+\) (?:=|IN)",
)
_TOGETHER = re.compile(
    r"\b(?:count|sum|avg|min|max|array_agg|string_agg|jsonb_agg|percentile_cont)\(|GROUP BY|DISTINCT|OVER \("
)


@dataclass(frozen=True)
class Statement:
    name: str
    where: str
    text: str

    @property
    def tables(self) -> frozenset[str]:
        return frozenset(
            table for table in personal() if re.search(rf"(?<![a-z_.]){re.escape(table)}(?![a-z_])", self.text)
        )


@cache
def personal() -> frozenset[str]:
    """Return every table with a row of one person, by its schema."""
    return frozenset(_COLUMN.findall((ROOT / "migrations" / "schema.txt").read_text(encoding="utf-8")))


@cache
def statements() -> tuple[Statement, ...]:
    found = []
    for path in sorted(PACKAGE.rglob("queries.sql")):
        for part in re.split(r"^-- name: ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            name, _, body = part.partition("\n")
            found.append(Statement(name.split("(")[0].strip(), str(path.relative_to(ROOT)), _plain(body)))
    return (*found, *written_in_code())


def written_in_code() -> list[Statement]:
    """Return the texts of the code that name a table of a person in a statement, docstrings left out."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = tree_of(path)
        for node in ast.walk(tree):
            text = _text(node)
            if text and _VERB.search(text) and any(table in text for table in personal()):
                place = f"{path.relative_to(ROOT)}"
                found.append(Statement(f"{place}:{text.split()[0].lower()}", place, _plain(text)))
    return found


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values)
    return ""


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"--.*", "", text)).strip()


def of_one_space(statement: Statement) -> bool:
    """Say whether a statement starts from the spaces of one batch: never from a condition on many people."""
    return any(re.search(bound, statement.text) for bound in _BOUND)


def listed() -> dict[str, str]:
    """Return the published list of what looks across spaces: the name of each statement, and why."""
    text = LIST.read_text(encoding="utf-8").partition("Functions of the database")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| (.+?) \|$", text, re.MULTILINE))


@cache
def across() -> dict[str, Statement]:
    return {one.name: one for one in statements() if one.tables and not of_one_space(one)}


def test_every_statement_of_the_service_is_read() -> None:
    every = statements()
    assert len(every) > 150 and {"facts", "entries", "counts"} <= {one.name for one in every}
    assert set(HEALTH) <= personal() and len(personal()) > 12


def test_what_looks_across_spaces_is_exactly_the_published_list() -> None:
    """One more of them fails here until somebody reviews it and writes why, for everybody."""
    assert set(across()) == set(listed()), "docs/specs/across-spaces.md"
    assert len(listed()) <= 30 and all(len(why) > 20 for why in listed().values())


def test_nothing_that_looks_across_spaces_reads_health_data() -> None:
    """Of rows of health data across spaces, nothing sealed, no category and no term is read or looked for: only which files exist."""
    for one in across().values():
        if one.tables & set(HEALTH):
            assert not re.search(r"\b(?:sealed|metadata|wrapped|line|term|category|content)\b", one.text), one


def test_no_statement_adds_up_or_groups_rows_of_health_data_of_several_spaces() -> None:
    for one in statements():
        if one.tables & set(HEALTH) and _TOGETHER.search(one.text):
            assert of_one_space(one), one


def test_no_statement_joins_health_data_of_two_spaces() -> None:
    """Two rows of health data in one statement are of the same space."""
    for one in statements():
        uses = [table for table in HEALTH for _ in re.finditer(rf"(?<![a-z_.]){re.escape(table)}(?![a-z_])", one.text)]
        if len(uses) > 1:
            assert of_one_space(one), one


@pytest.mark.parametrize(
    "text",
    [
        "SELECT count(*) FROM records.document",
        "SELECT category, count(*) FROM records.document GROUP BY category",
        "SELECT a.row_id FROM records.document a JOIN records.document b ON a.term = b.term",
        "SELECT space_id FROM records.resource WHERE term = $1",
    ],
)
def test_the_scan_would_see_a_question_about_the_population(text: str) -> None:
    one = Statement("planted", "here", text)
    assert one.tables and not of_one_space(one)


def test_the_public_figures_read_counters_only() -> None:
    """What is published is made of tables without a person: days, words and numbers."""
    for name in ("counts", "read_counts", "boots", "reckonings", "orders_gauge"):
        (one,) = [one for one in statements() if one.name == name]
        assert not one.tables, one


def test_a_function_of_the_database_that_looks_across_spaces_is_on_the_list() -> None:
    found = set()
    for path in sorted((ROOT / "migrations").glob("*.sql")):
        for part in re.split(
            r"^CREATE (?:OR REPLACE )?FUNCTION ", path.read_text(encoding="utf-8"), flags=re.MULTILINE
        )[1:]:
            name, body = part.partition("(")[0], part.split("$$")[1]
            one = Statement(name, path.name, _plain(body))
            if one.tables and not of_one_space(one) and "SELECT" in body:
                found.add(name)
                assert not one.tables & set(HEALTH), one
    assert found == {"counts.lines_of_the_journal"} and f"`{found.pop()}`" in LIST.read_text(encoding="utf-8")
