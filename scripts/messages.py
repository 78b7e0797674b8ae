#!/usr/bin/env python3
"""Keep the translation catalogues in step with the French sentences.

    scripts/messages.py update    read the sentences from templates and code, write messages.pot and the catalogues
    scripts/messages.py check     fail when a sentence is not in the catalogues (run by `make check`)
    scripts/messages.py missing   list what is not translated yet, by language

Catalogues are text, kept in espace_sante/locale; nothing is compiled into the tree.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from espace_sante.access import explain, rules
from espace_sante.access.matrix_cells import version_of
from espace_sante.access.matrix_files import builtin_texts
from espace_sante.actions import alerts, refusals
from espace_sante.actions.act import FieldKind
from espace_sante.actions.registry import REGISTRY
from espace_sante.public import matrix
from espace_sante.public.shipped import connections
from espace_sante.records.document import CATEGORIES
from espace_sante.records.resource import kinds

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "espace_sante"
LOCALE = PACKAGE / "locale"
# Name of the catalogue → locale of its plural rule.
CATALOGUES = {"fr@simple": "fr", "en": "en"}
SOURCE = "messages.pot"
HEADERS_LEFT_OUT = (
    b"# ", b"#\n", b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Generated-By', b'"Project-Id-Version',
    b'"Report-Msgid-Bugs-To', b'"Last-Translator', b'"Language-Team',
)  # fmt: skip
METHODS = [("**/templates/**.*", "jinja2"), ("**.py", "python")]
OPTIONS = {
    "**/templates/**.*": {"extensions": "jinja2.ext.do", "trimmed": "true", "encoding": "utf-8", "silent": "false"}
}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "mark": None,
}
# The permissions whose explanation goes on with how far the act went.
EXPLAINED_IN_FULL = (rules.AGENT_PHONE_PROVISIONAL, rules.AGENT_PHONE_STARTS)


def sentences() -> Catalog:
    """Return every French sentence of the package, with the files it stands in."""
    found = Catalog(project="espace-sante", charset="utf-8", fuzzy=False)
    for name, _line, message, comments, context in _extracted():
        found.add(message, None, [(name, 1)], auto_comments=comments, context=context)
    for name, words in (*_of_acts(), *_of_tables()):
        if words:
            found.add(words, None, [(name, 1)])
    return found


def merged(name: str, source: Catalog) -> Catalog:
    """Return a catalogue brought up to date: known translations kept, new sentences empty, old ones dropped."""
    path = LOCALE / f"{name}.po"
    catalogue = (
        read_po(BytesIO(path.read_bytes()), locale=CATALOGUES[name])
        if path.exists()
        else Catalog(locale=CATALOGUES[name], project="espace-sante", charset="utf-8", fuzzy=False)
    )
    catalogue.update(source, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    return catalogue


def missing(catalogue: Catalog, under: str = "") -> list[str]:
    """Return the sentences without a translation, those of one folder when `under` is given."""
    return [
        _text(message.id)
        for message in catalogue
        if message.id
        and not _translated(message.string)
        and (not under or any(file.startswith(under) for file, _ in message.locations))
    ]


def written(catalogue: Catalog) -> bytes:
    """Return the file of a catalogue: sorted, without dates or line numbers, so that a change shows what changed."""
    out = BytesIO()
    write_po(out, catalogue, omit_header=False, sort_output=True, include_lineno=False, width=110)
    lines = out.getvalue().strip().split(b"\n")
    return b"\n".join(line for line in lines if not line.startswith(HEADERS_LEFT_OUT)) + b"\n"


def main() -> int:
    """Run the command; return 0 when the catalogues are in step."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("command", choices=["update", "check", "missing"])
    parser.add_argument("--under", default="", help="for `missing`: only sentences of this folder of the package")
    given = parser.parse_args()
    command = given.command
    source = sentences()
    files = {SOURCE: written(source)}
    for name in CATALOGUES:
        catalogue = merged(name, source)
        files[f"{name}.po"] = written(catalogue)
        lacking = missing(catalogue, given.under)
        if command == "missing":
            print(f"{name}: {len(lacking)} missing of {len(source)}", *lacking, sep="\n  ")
        else:
            print(f"{name}: {len(lacking)} missing of {len(source)}")
    if command == "update":
        for file, content in files.items():
            (LOCALE / file).write_bytes(content)
    if command == "check":
        return _check(files)
    return 0


def _check(files: dict[str, bytes]) -> int:
    stale = [file for file, content in files.items() if (LOCALE / file).read_bytes() != content]
    if stale:
        print(f"out of step: {', '.join(stale)}; run scripts/messages.py update", file=sys.stderr)
    return 1 if stale else 0


def _extracted() -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    found = extract_from_dir(str(PACKAGE), METHODS, OPTIONS, KEYWORDS, comment_tags=("Translators:",))
    return iter(sorted(found, key=lambda item: (item[0], item[1])))


def _of_acts() -> Iterator[tuple[str, str]]:
    """Yield what the acts say, with their file: their own words, those of their fields, what they answer."""
    for act in REGISTRY.values():
        file = PACKAGE / "actions" / f"{act.perform.__module__.rpartition('.')[2]}.py"
        name = file.relative_to(PACKAGE).as_posix()
        said = [act.name, act.sentence, act.counter, act.phone]
        for field in act.fields:
            names = field.kind is FieldKind.DEPARTMENT  # names of places stay as they are
            said += [field.label, field.help, *(words for _, words in field.choices if not names)]
        yield from ((name, words) for words in said + _answers(ast.parse(file.read_text(encoding="utf-8"))))


def _answers(module: ast.Module) -> list[str]:
    """Return the sentences a module hands to Outcome, written there or in a variable named `sentence`."""
    found: list[ast.expr] = []
    for node in ast.walk(module):
        match node:
            case ast.Assign(targets=[ast.Name(id="sentence")], value=value):
                found.append(value)
            case ast.Call(func=ast.Name(id="Outcome"), args=[_, _, value, *_]):
                found.append(value)
    return [words for value in found for words in _constants(value)]


def _constants(value: ast.expr) -> list[str]:
    match value:
        case ast.Constant(value=str(words)):
            return [words]
        case ast.IfExp(body=body, orelse=orelse):
            return _constants(body) + _constants(orelse)
    return []


def _of_tables() -> Iterator[tuple[str, str]]:
    """Yield what tables say, with their file: refusals, alerts, explanations, categories, the grid, what leaves the machine."""
    yield from (("actions/refusals.py", words) for words in refusals.SENTENCES.values())
    yield from (("actions/alerts.py", words) for words in alerts.ALERTS.values())
    yield from (("access/explain.py", words) for words in explain.SENTENCES.values())
    yield from (("access/explain.py", explain.explain(permit)) for permit in EXPLAINED_IN_FULL)
    yield from (("records/document.py", words) for words in CATEGORIES.values())
    yield from (("records/resource.py", kind.label) for kind in kinds())
    for one in connections():
        said = (one.program, one.to, one.why, one.what, one.default)
        yield from (("public/data/connexions.csv", words) for words in said)
    for name, text in builtin_texts():
        yield from ((f"access/matrices/{name}.csv", words) for words in matrix.words(version_of(name, text)))


def _text(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


def _translated(string: object) -> bool:
    return all(string) if isinstance(string, (list, tuple)) else bool(string)


if __name__ == "__main__":
    sys.exit(main())
