#!/usr/bin/env python3
"""Take the style sheet of GOV.UK Frontend and remove from it what is not ours to use.

The published package carries a font licensed to GOV.UK alone and the royal arms. We keep the component rules
(MIT licence) and drop both, so that pages carry no one else's brand. No script of the package is taken: the
pages work without JavaScript.

    scripts/vendor_govuk.py                     fetch with npm, check the pinned hash, write the style sheet
    scripts/vendor_govuk.py --tarball FILE      the same from a package already here
    scripts/vendor_govuk.py --check             only look at the committed file (no network)
    scripts/vendor_govuk.py --check --tarball FILE   also compare it with what the package gives
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "6.6.0"
# `npm view govuk-frontend@6.6.0 dist.integrity`
INTEGRITY = "sha512-xctkWrQvLnvQt7fyjQ3MGX9S0wz0x0RQuLxCeoXF+s8EjGICG81/DYQGKN5qgO+0KVT12UAaRwUsGY6fulRcRg=="
MEMBER = "package/dist/govuk/govuk-frontend.min.css"
TARGET = Path(__file__).resolve().parent.parent / "espace_sante" / "web" / "static" / "components.css"
HEADER = (
    f"/*! Component rules of GOV.UK Frontend {VERSION}, (c) Crown copyright (Government Digital Service), MIT licence: "
    "static/LICENCES.md. Font, arms and brand removed by scripts/vendor_govuk.py; do not edit. */\n"
)
FORBIDDEN = ("GDS", "crest", "@font-face", "sourceMappingURL", "@import", "url(")


class Refused(Exception):
    """The package or the style sheet is not what we expect."""


def neutralise(css: str) -> str:
    """Return the style sheet without font, arms, comments and source map.

    Raises `Refused` when the package no longer has the shape we know: a silent miss would ship someone's brand.
    """
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = _replace(css, r"@font-face\{[^}]*\}", "", expected=2)
    css = _replace(css, r"font-family:GDS Transport,arial,sans-serif", "font-family:var(--es-font)", expected=58)
    css = _replace(css, r"url\(/assets/images/govuk-crest\.svg\)", "none", expected=3)
    css = HEADER + css.removeprefix('@charset "UTF-8";').strip() + "\n"
    faults = faults_of(css)
    if faults:
        raise Refused(f"still in the style sheet: {', '.join(faults)}")
    return css


def faults_of(css: str) -> list[str]:
    """Return the forbidden words found in a style sheet, comments of its first line left out."""
    body = css.split("\n", 1)[1] if css.startswith("/*!") else css
    return [word for word in FORBIDDEN if word in body]


def from_tarball(path: Path) -> str:
    """Return the neutralised style sheet of a package whose hash is the pinned one."""
    found = "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    if found != INTEGRITY:
        raise Refused(f"{path.name}: hash {found}, expected {INTEGRITY}")
    with tarfile.open(path) as archive:
        member = archive.extractfile(MEMBER)
        if member is None:
            raise Refused(f"{path.name} has no {MEMBER}")
        return neutralise(member.read().decode())


def main() -> int:
    """Write or check the style sheet; return 0 when it is as it should be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tarball", type=Path, help="the npm package, when it is already here")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the committed file differs")
    given = parser.parse_args()
    try:
        if given.check:
            return _check(given.tarball)
        TARGET.write_text(from_tarball(given.tarball) if given.tarball else _from_npm(), encoding="utf-8")
    except Refused as refused:
        print(f"vendor_govuk: {refused}", file=sys.stderr)
        return 1
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes")
    return 0


def _check(tarball: Path | None) -> int:
    committed = TARGET.read_text(encoding="utf-8")
    if faults := faults_of(committed):
        raise Refused(f"{TARGET.name} holds {', '.join(faults)}")
    if tarball is not None and committed != from_tarball(tarball):
        raise Refused(f"{TARGET.name} is not what version {VERSION} gives; run scripts/vendor_govuk.py")
    return 0


def _from_npm() -> str:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", f"govuk-frontend@{VERSION}", "--silent"], cwd=folder, check=True, stdout=subprocess.DEVNULL
        )
        return from_tarball(next(Path(folder).glob("*.tgz")))


def _replace(text: str, pattern: str, new: str, *, expected: int) -> str:
    changed, count = re.subn(pattern, new, text)
    if count != expected:
        raise Refused(f"{pattern!r}: {count} found, {expected} expected")
    return changed


if __name__ == "__main__":
    sys.exit(main())
