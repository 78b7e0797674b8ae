"""The certificate that the keys of a space were destroyed, for whoever holds its last receipt. Guarantee: G8.

It names nobody: a journal's commitment, which the receipt carries, and an instant. No account is needed: she has none any more.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date

import msgspec
import orjson

from espace_sante.actions.refusals import KINDS as REFUSED
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem

REFERENCE_CHARACTERS = 20
_LETTERS = frozenset("0123456789abcdefghjkmnpqrstvwxyz")


@dataclass(frozen=True, slots=True)
class Destruction:
    """One certificate as it is given: the signed bytes, what they say, where it stands in the list."""

    payload: bytes
    signature: bytes
    line: int
    key: bytes

    @property
    def said(self) -> dict[str, str]:
        """What the certificate says."""
        found: dict[str, str] = orjson.loads(self.payload)
        return found

    @property
    def day(self) -> date:
        """The day of the destruction, in UTC."""
        return date.fromisoformat(self.said["at"][:10])

    def as_json(self) -> bytes:
        """Return the certificate as it is checked: the payload byte for byte, its signature, the public key."""
        return orjson.dumps(
            {
                "certificate": self.payload.decode(),
                "signature": base64.b64encode(self.signature).decode(),
                "verification_key": base64.b64encode(self.key).decode(),
                "line": self.line,
            }
        )


async def destruction(keeper: d.Keeper, reference: str) -> Destruction:
    """Return the certificate whose journal ended with the entry of this reference; raises Problem when there is none."""
    named = reference.strip().lower()
    if len(named) != REFERENCE_CHARACTERS or not _LETTERS.issuperset(named):
        raise Problem(Kind.INVALID, "reference-invalid")
    answered = await keeper.ask(d.Destroyed(0, named))
    if not isinstance(answered, d.Done):
        raise Problem(REFUSED.get(answered.code, Kind.BUSY), answered.code)
    found = msgspec.msgpack.decode(answered.payload, type=d.DestroyedAnswer)
    return Destruction(found.payload, found.signature, found.line, found.key)
