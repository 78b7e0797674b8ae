#!/usr/bin/env python3
"""Keep the translations of the promises bound to the French text they follow (decision 0085).

    scripts/guarantees.py check                 fail when a translation is missing, or follows an older French text
    scripts/guarantees.py follow LANGUAGE gNN…  write that a translation follows the French text as it is now

Write `follow` only once you have read both texts, and corrected the translation.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from espace_sante.kernel.i18n import Language  # noqa: E402 - the tree is only importable once it is on the path
from espace_sante.public.guarantee import read_guarantees  # noqa: E402 - the same
from espace_sante.public.translated import TRANSLATED  # noqa: E402 - the same

FOLDER = ROOT / "docs" / "guarantees"


def faults() -> list[str]:
    """Return what is missing or behind, in French, one sentence each."""
    found = []
    for one in read_guarantees(FOLDER):
        for language in TRANSLATED:
            if language not in one.translations:
                found.append(f"{language.value}/{one.name}.md manque.")
            elif one.is_behind(language):
                found.append(
                    f"{language.value}/{one.name}.md suit un texte français plus ancien : relisez les deux, corrigez, puis"
                    f" scripts/guarantees.py follow {language.value} {one.name[:3]}"
                )
    return found


def follow(language: Language, names: list[str]) -> None:
    """Write in each translation the digest of the French text as it is now."""
    for one in read_guarantees(FOLDER):
        path = FOLDER / language.value / f"{one.name}.md"
        if one.name[:3] in names:
            text = path.read_text(encoding="utf-8")
            path.write_text(re.sub(r"(?m)^Follows: .*$", f"Follows: {one.digest}", text, count=1), encoding="utf-8")


def main() -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    words = parser.add_subparsers(dest="command", required=True)
    words.add_parser("check")
    followed = words.add_parser("follow")
    followed.add_argument("language", type=Language, choices=TRANSLATED, metavar="LANGUAGE")
    followed.add_argument("names", nargs="+", metavar="gNN")
    chosen = parser.parse_args()
    if chosen.command == "follow":
        follow(chosen.language, chosen.names)
        return 0
    for said in (found := faults()):
        print(said)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
