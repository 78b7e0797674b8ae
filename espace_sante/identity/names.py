"""Whether an account is of the person whom somebody named in her own words: a first name and a name, as both write them.

Pure. It tells a mistaken or another hand from the one meant; it proves nothing by itself. Source: docs/decisions/0058.
"""

from __future__ import annotations

from espace_sante.identity.person import PersonTraits, normal_name

NAME_LONGEST = 100
_LEAST = 2  # a first name and a name


def is_whole_name(text: str) -> bool:
    """Say whether a text names one individual: two words at least, of a length that fits a line of a letter."""
    return len(text) <= NAME_LONGEST and len(normal_name(text).split()) >= _LEAST


def is_named(text: str, name: str, traits: PersonTraits | None) -> bool:
    """Say whether every word of a name stands in an account's own name or traits; accents, case and order do not count."""
    known = [name]
    if traits is not None:
        known += [traits.first_given, traits.birth_name, traits.used_name]
    words = {word for one in known for word in normal_name(one).split()}
    asked = normal_name(text).split()
    return len(asked) >= _LEAST and all(word in words for word in asked)
