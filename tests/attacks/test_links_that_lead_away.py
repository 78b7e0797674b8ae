"""Links of our pages stay on this site whatever the address that was asked; a feed keeps the spaces of French."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from http.client import HTTPConnection
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import pytest

from espace_sante.formats.atom import FeedEntry, atom
from tests.fixtures_database import Databases
from tests.served import ServedHouse, served_house

HERE = "https://sante.exemple.fr"


@pytest.fixture(scope="module")
def served(databases: Databases) -> Iterator[ServedHouse]:
    with served_house(databases, whole=True) as made:
        yield made


@pytest.mark.database
@pytest.mark.parametrize("host", ["[", "a]b", "[::1"])
def test_a_host_that_is_no_name_is_refused_and_is_no_error_of_ours(served: ServedHouse, host: str) -> None:
    line = HTTPConnection("127.0.0.1", served.port, timeout=20)
    line.putrequest("GET", "/garanties", skip_host=True)
    line.putheader("Host", host)
    line.endheaders()
    status = line.getresponse().status
    line.close()
    assert status == 400


@pytest.mark.database
def test_no_link_of_a_page_that_is_not_there_leads_to_another_site(served: ServedHouse) -> None:
    for path in (
        "//ailleurs.exemple/connexion",
        "/%5Cailleurs.exemple/connexion",
        "///ailleurs.exemple",
        "/%2Failleurs.exemple",
    ):
        line = HTTPConnection("127.0.0.1", served.port, timeout=20)
        line.putrequest("GET", path)
        line.endheaders()
        seen = line.getresponse()
        assert seen.status == 404, path
        links = re.findall(r'href="([^"]+)"', seen.read().decode())
        line.close()
        # As a browser reads them: a backslash is a slash (URL Standard, section 4.4).
        found = {urlsplit(urljoin(HERE, link.replace("\\", "/"))).hostname for link in links}
        assert found == {"sante.exemple.fr"}, path


def test_a_feed_keeps_the_spaces_that_do_not_break() -> None:
    words = "Article\u00a012\u202f: 10\u00a0000\u00a0€"
    feed = ElementTree.fromstring(
        atom("a", words, "x", [FeedEntry("k", words, words + "\x01", date(2026, 3, 2), "/a")])
    )
    assert {one.text for one in feed.iter("{http://www.w3.org/2005/Atom}title")} == {words}
