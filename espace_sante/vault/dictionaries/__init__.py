"""The public dictionaries that rows are compressed with, by the number that stands in their sealed form.

A dictionary is never changed and never taken out: what was sealed with it opens with nothing else. Whose words they hold, and how
they were made: sources.txt. Source: docs/specs/envelope.md; docs/decisions/0055.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import zstandard

RESOURCES = 2  # FHIR R4 resources, trained on 2026-11-26
LEVEL = 3
SUMS = MappingProxyType({RESOURCES: "27c760b9760dec59f26c423581ad1aaff4272be049b53186e4f73aeaa056105f"})


@cache
def dictionary(number: int) -> zstandard.ZstdCompressionDict:
    """Return a dictionary, read at its first use and kept. Raises KeyError for a number that is none, RuntimeError when its bytes are
    not those of the release.

    Bytes compressed with one dictionary may come out of another as other words: it is never used without being compared.
    """
    expected = SUMS[number]
    data = files(__name__).joinpath(f"{number}.dict").read_bytes()
    if hashlib.sha256(data).hexdigest() != expected:
        raise RuntimeError(f"dictionary {number} is not the one of this release")
    found = zstandard.ZstdCompressionDict(data)
    found.precompute_compress(level=LEVEL)
    return found
