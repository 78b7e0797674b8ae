"""Reading our own code as a tree."""

from __future__ import annotations

import ast
import gc
from pathlib import Path


def tree_of(path: Path) -> ast.Module:
    """Return the tree of a file. The collector waits meanwhile: at work in the middle, it makes Python 3.11 miscount its depth."""
    was = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(path.read_bytes())
    finally:
        if was:
            gc.enable()
