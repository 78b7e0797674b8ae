"""One served house for each module of these tests, on emptied databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fixtures_database import Databases
from tests.served import ServedHouse, served_house


@pytest.fixture(scope="module")
def served(databases: Databases) -> Iterator[ServedHouse]:
    """Serve a house whose ceilings leave room for the tests."""
    with served_house(databases, uploads_per_minute=10_000) as running:
        yield running
