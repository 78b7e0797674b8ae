"""Which commit this program is: written in a release, asked of git in a clone; "" when it cannot be known, or when files were changed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import espace_sante

TREE = Path(espace_sante.__file__).resolve().parent.parent


def commit_of(tree: Path = TREE) -> str:
    """Return the commit (40 hexadecimal digits), or ""."""
    written = tree / "COMMIT"
    if written.is_file():
        return written.read_text(encoding="ascii").strip()
    if not (tree / ".git").exists():
        return ""
    changed = _git(tree, "status", "--porcelain", "--untracked-files=no")
    return "" if changed is None or changed else (_git(tree, "rev-parse", "HEAD") or "")


def _git(tree: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command
            # The web process does not own the clone, and git would refuse it.
            ["git", "-c", f"safe.directory={tree}", "-C", str(tree), *words],  # noqa: S607 - the git of whoever builds
            capture_output=True,
            text=True,
            check=True,
            timeout=20,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
