"""Wills kept in memory between two batches, each valid for one version of the rights only."""

from __future__ import annotations

from collections import OrderedDict
from uuid import UUID

from espace_sante.keeper.rights_body import Will


class WillCache:
    """Wills by space, each valid for one rights_version only; bounded."""

    def __init__(self, size: int = 4096) -> None:
        self._size = size
        self._held: OrderedDict[UUID, tuple[int, Will]] = OrderedDict()

    def get(self, space: UUID) -> tuple[int, Will | None]:
        """Return the rights_version held for a space with the will read at it; -1 and nothing when none is held.

        Taken together and before the facts are asked for: another lane may put an older will in between.
        """
        return self._held.get(space, (-1, None))

    def put(self, space: UUID, rights_version: int, will: Will) -> None:
        """Hold a will with the version it was read at."""
        self._held[space] = (rights_version, will)
        if len(self._held) > self._size:
            self._held.popitem(last=False)

    def drop(self, space: UUID) -> None:
        """Forget a will."""
        self._held.pop(space, None)
