"""What is said to the operator when something cannot be started, saved or restored: one French sentence.

A `Problem` answers a request and never carries free text; a refusal answers the person at the keyboard of the
machine, before any request exists, and therefore carries the sentence itself.
"""

from __future__ import annotations


class OperatorRefusal(Exception):
    """Say in one French sentence why an operator's command stops; the command exits 1.

    Never carries a secret, nor anything about a person.
    """
