"""The sample pages, served once for all that look at them."""

from collections.abc import Iterator

import pytest

from tests.pages.sample import served


@pytest.fixture(scope="session")
def samples() -> Iterator[str]:
    with served() as address:
        yield address
