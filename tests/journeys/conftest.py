"""The whole house, served once for all journeys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fixtures_database import Databases
from tests.served import ServedHouse, served_house


@pytest.fixture(scope="module")
def whole(databases: Databases) -> Iterator[ServedHouse]:
    with served_house(databases, whole=True) as served:
        yield served
