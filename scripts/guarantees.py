#!/usr/bin/env python3
"""Keep the translations of the promises, and of the public texts, bound to the French text they follow (decision 0085).

    scripts/guarantees.py check                    fail when a translation is missing or follows an older French text, or when
                                                   a French text changed without its decision
    scripts/guarantees.py follow LANGUAGE NAME…    write that a translation follows the French text as it is now
    scripts/guarantees.py decided DECISION NAME…   write which decision changed a French text (decision 0086)

Write `follow` only once you have read both texts, and corrected the translation.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from espace_sante.kernel.clock import utc_now  # noqa: E402 - the tree is only importable once it is on the path
from espace_sante.kernel.decided import HOW, reference_of  # noqa: E402 - the same
from espace_sante.kernel.i18n import Language  # noqa: E402 - the same
from espace_sante.public.guarantee import CHANGES, Guarantee, read_guarantees  # noqa: E402 - the same
from espace_sante.public.texts import PublicText, read_texts  # noqa: E402 - the same
from espace_sante.public.translated import TRANSLATED  # noqa: E402 - the same

PROMISES, TEXTS = ROOT / "docs" / "guarantees", ROOT / "docs" / "public"


def every() -> list[tuple[str, Path, Guarantee | PublicText]]:
    """Return each text with its short name (g01, utilite) and its folder."""
    promises = [(one.name[:3], PROMISES, one) for one in read_guarantees(PROMISES)]
    return [*promises, *((one.name, TEXTS, one) for one in read_texts(TEXTS))]


def faults() -> list[str]:
    """Return what is missing or behind, in French, one sentence each."""
    found = []
    for name, _, one in every():
        if not one.is_decided:
            found.append(
                f"{one.name}.md a changé sans décision : scripts/guarantees.py decided « décision NNNN » {name}"
            )
        for language in TRANSLATED:
            if language not in one.translations:
                found.append(f"{language.value}/{one.name}.md manque.")
            elif one.is_behind(language):
                found.append(
                    f"{language.value}/{one.name}.md suit un texte français plus ancien : relisez les deux, corrigez, puis"
                    f" scripts/guarantees.py follow {language.value} {name}"
                )
    return found


def follow(language: Language, names: list[str]) -> None:
    """Write in each translation the digest of the French text as it is now."""
    for name, folder, one in every():
        path = folder / language.value / f"{one.name}.md"
        if name in names:
            text = path.read_text(encoding="utf-8")
            path.write_text(re.sub(r"(?m)^Follows: .*$", f"Follows: {one.digest}", text, count=1), encoding="utf-8")


def decided(decision: str, names: list[str]) -> None:
    """Add to the changes that the words of some texts, as they are now, are those of a decision."""
    if reference_of(decision) is None:
        raise SystemExit(HOW)
    for name, folder, one in every():
        if name in names and not one.is_decided:
            with (folder / CHANGES).open("a", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerow(
                    [name, utc_now().date().isoformat(), decision, one.digest]
                )


def main() -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    words = parser.add_subparsers(dest="command", required=True)
    words.add_parser("check")
    followed = words.add_parser("follow")
    followed.add_argument("language", type=Language, choices=TRANSLATED, metavar="LANGUAGE")
    followed.add_argument("names", nargs="+", metavar="NAME")
    changed = words.add_parser("decided")
    changed.add_argument("decision", metavar="DECISION")
    changed.add_argument("names", nargs="+", metavar="NAME")
    chosen = parser.parse_args()
    if chosen.command == "follow":
        follow(chosen.language, chosen.names)
        return 0
    if chosen.command == "decided":
        decided(chosen.decision, chosen.names)
        return 0
    for said in (found := faults()):
        print(said)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
