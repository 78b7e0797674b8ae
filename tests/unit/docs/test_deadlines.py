"""Each number of days of the code stands in the list of deadlines, with whom it runs against. Source: inclusion.md PAR-10."""

from __future__ import annotations

import re

from tests.needs import ROOT

PACKAGE = ROOT / "espace_sante"
_CONSTANT = re.compile(r"^(_?[A-Z][A-Z_]*)\b[^=\n(]*= *(?:timedelta\((?:days|weeks)=|lengthened\(|\d+\b)", re.MULTILINE)


def _in_days(text: str) -> set[str]:
    """Return the constants of a file that are a number of days."""
    found = {name: line for line in text.splitlines() for name in _CONSTANT.findall(line)}
    return {name for name, line in found.items() if "timedelta" in line or re.search(r"DAYS", name)}


def test_every_number_of_days_of_the_code_is_in_the_list_of_deadlines() -> None:
    listed = set(
        re.findall(r"^\| `([\w/.]+)` \|", (ROOT / "docs/specs/deadlines.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    for folder in ("consent", "keeper"):
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            place = path.relative_to(PACKAGE).with_suffix("").as_posix()
            for name in _in_days(path.read_text(encoding="utf-8")):
                assert f"{place}.{name}" in listed, "say in docs/specs/deadlines.md whom this deadline runs against"
    for one in listed:
        place, _, name = one.rpartition(".")
        words = (PACKAGE / f"{'kernel/settings' if place == 'settings' else place}.py").read_text(encoding="utf-8")
        assert re.search(rf"\b{name}\b *[:=,]", words), f"{one} is no more"
