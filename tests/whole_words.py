"""A short word looked for among drawn values: only as a word, for chance writes three letters in a signature."""

from __future__ import annotations

import re


def says(data: bytes | str, word: str) -> bool:
    """Tell whether `word` stands in `data` by itself, not inside a number, a hash, a key or a signature (hex, base64)."""
    text = data if isinstance(data, str) else data.decode("latin-1")
    whole = word if isinstance(data, str) else word.encode().decode("latin-1")
    return re.search(rf"(?<![A-Za-z0-9+/_]){re.escape(whole)}(?![A-Za-z0-9+/_=])", text) is not None
