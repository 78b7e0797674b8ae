"""What a test needs beyond Python: each absence is a skip that names the Debian package to add."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


def program(name: str, package: str) -> pytest.MarkDecorator:
    """Skip a test when a program is not installed."""
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"sans {name} (apt install {package})")


def system_postgresql() -> pytest.MarkDecorator:
    """Skip a test when Debian's PostgreSQL is not installed."""
    missing = not any(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return pytest.mark.skipif(missing, reason="sans PostgreSQL du système (apt install postgresql-15)")


def shared(path: str) -> pytest.MarkDecorator:
    """Skip a test when the real examples that lie beside the project are absent: the only skip always allowed."""
    return pytest.mark.skipif(not (SHARED / path).exists(), reason=f"sans ../shared/{path}")
