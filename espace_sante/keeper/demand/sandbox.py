"""Opening an invented space, on a trial instance.

Part of the frozen contract with the keeper. Source: docs/specs/demand.md; docs/decisions/0056.
"""

from __future__ import annotations

import msgspec

from espace_sante.keeper.demand.opening import Traits


class OpenSandboxParams(msgspec.Struct, frozen=True):
    """Whom to invent: her public id (16 bytes, drawn by who sends), her traits, and the Patient she was sent as.

    `sealed` is that Patient under `key`, bound to the one row it has in any invented space (`records.resource.PATIENT_ROW`).
    """

    person: bytes
    traits: Traits
    key: bytes
    sealed: bytes
