#!/usr/bin/env python3
"""Keep the list of the licences of everything this program is made of, and fail on one that is unknown or not free.

    scripts/licences.py --write   read the installed packages, write espace_sante/public/data/licences.csv
    scripts/licences.py --check   fail when the list is not that of requirements.lock, or a licence is not free

Names and versions are those of requirements.lock; the licence is what the package itself declares (SPDX), or, when it declares none
in that form, what its own licence files say: each of these stands below with its reason.
"""

from __future__ import annotations

import csv
import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
LIST = ROOT / "espace_sante" / "public" / "data" / "licences.csv"
COLUMNS = ("nom", "version", "licence")
# Free by the Open Source Initiative or the Free Software Foundation; nothing else is let in.
FREE = frozenset({
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "EUPL-1.2", "ISC", "LGPL-3.0-or-later", "MIT", "MIT-0", "MIT-CMU",
    "MPL-2.0", "PSF-2.0", "PostgreSQL", "Unlicense", "Zlib",
})  # fmt: skip
# No SPDX expression in their metadata: what their licence file says.
READ = {
    "babel": "BSD-3-Clause",
    "h11": "MIT",
    "jinja2": "BSD-3-Clause",
    "joserfc": "BSD-3-Clause",
    "lxml": "BSD-3-Clause",
    "psutil": "BSD-3-Clause",
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",  # the bindings and PDFium, both in the wheel
    "segno": "BSD-3-Clause",
    "uvloop": "MIT OR Apache-2.0",
}


def locked(text: str) -> list[tuple[str, str]]:
    """Return the names and versions of a lock file, in its order."""
    return re.findall(r"^([A-Za-z0-9_.-]+)==([^ \\;]+)", text, flags=re.MULTILINE)


def is_free(expression: str) -> bool:
    """Say whether an SPDX expression leaves a way that is free in each of its parts; anything not understood is not."""
    words = re.findall(r"[()]|[A-Za-z0-9.+-]+", expression)
    if "".join(words) != re.sub(r"\s", "", expression) or not words:
        return False
    text = " ".join(word if word in "()" else {"AND": "and", "OR": "or"}.get(word, str(word in FREE)) for word in words)
    try:
        return eval(text, {"__builtins__": {}}) is True  # noqa: S307 - only True, False, and, or and parentheses are left
    except SyntaxError:
        return False


def declared(name: str) -> str:
    """Return what an installed package declares, or what we read; "" when neither says."""
    try:
        found = metadata(name).get("License-Expression")
    except PackageNotFoundError:
        return ""
    return found or READ.get(name, "")


def faults(rows: list[tuple[str, str, str]], lock: list[tuple[str, str]]) -> list[str]:
    """Return what is wrong with the list, in French."""
    found = [
        f"{name} {version} n'est pas dans la liste"
        for name, version in lock
        if (name, version) not in {r[:2] for r in rows}
    ]
    found += [
        f"{name} {version} n'est plus installé par ce programme"
        for name, version, _ in rows
        if (name, version) not in lock
    ]
    found += [
        f"{name} : licence inconnue ou non libre ({licence or 'aucune'})"
        for name, _, licence in rows
        if not is_free(licence)
    ]
    for name, _, licence in rows:
        said = declared(name)
        if said and said != licence:
            found.append(f"{name} déclare {said}, la liste dit {licence}")
    return found


def kept() -> list[tuple[str, str, str]]:
    """Return the list as it is kept."""
    head, *rows = csv.reader(StringIO(LIST.read_text(encoding="utf-8")))
    if tuple(head) != COLUMNS:
        raise SystemExit("licences.csv : colonnes inattendues")
    return [(name, version, licence) for name, version, licence in rows]


def main() -> int:
    """Write or check the list."""
    lock = locked(LOCK.read_text(encoding="utf-8"))
    if sys.argv[1:] == ["--write"]:
        before = {(name, version): licence for name, version, licence in kept()} if LIST.exists() else {}
        with LIST.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(COLUMNS)
            rows.writerows((name, version, declared(name) or before.get((name, version), "")) for name, version in lock)
    wrong = faults(kept(), lock)
    print("\n".join(wrong) or f"{len(lock)} composants, tous libres.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
