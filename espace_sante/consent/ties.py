"""What ties an agent may have with a person he serves: whoever has one says so, and does nothing for her.

A closed list, said by the agent himself before each act; nothing else is asked of him, and nothing of her. Pure.
Guarantee: G2. Source: inclusion.md HLP-15; docs/decisions/0083.
"""

from __future__ import annotations

from enum import StrEnum


class Tie(StrEnum):
    """What ties an agent to the person before him."""

    FAMILY = "family"
    EMPLOYER = "employer"
    PROPERTY = "property"
    MONEY = "money"
    OTHER = "other"
