"""The whole house, with registered applications, served once for each module of these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.exchange.smart.apps import Apps, served_apps
from tests.fixtures_database import Databases


@pytest.fixture(scope="module")
def apps(databases: Databases) -> Iterator[Apps]:
    with served_apps(databases) as running:
        yield running
