"""An application's address is registered whole and plain, or not at all."""

from __future__ import annotations

import pytest

from espace_sante.formats.oauth.addresses import is_app_address, origin_of, with_parameters


@pytest.mark.parametrize(
    "address",
    [
        "https://app.exemple.fr/retour",
        "https://app.exemple.fr",
        "https://app.exemple.fr:8443/retour?sorte=a",
        "http://127.0.0.1:9000/retour",
        "http://localhost:9000/retour",
        "http://[::1]:9000/retour",
    ],
)
def test_a_whole_plain_address_may_be_registered(address: str) -> None:
    assert is_app_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/retour",
        "//app.exemple.fr/retour",
        "http://app.exemple.fr/retour",
        "https://app.exemple.fr/retour#",
        "https://app.exemple.fr/retour#a",
        "https://a@app.exemple.fr/retour",
        "https://a:b@app.exemple.fr/retour",
        "https://*.exemple.fr/retour",
        "https://App.exemple.fr/retour",
        "https://app.exemple.fr\\@autre.fr/",
        "https://app.exemple.fr/../retour",
        "https://app.exemple.fr/./retour",
        "https://app.exemple.fr/retour ",
        "https://app.exemple.fr/re tour",
        "https://app.exemple.fr/\nretour",
        "https://app%2eexemple.fr/retour",
        "https://app.exemple.fr:99999/",
        "https://app.exemple.fr:0/",
        "https:///retour",
        "https://àpp.exemple.fr/",
        "javascript:alert(1)",
        "data:text/html,a",
        "fr.exemple.app:/retour",
        "https://app.exemple.fr/retour?code=1",
        "https://app.exemple.fr/retour?a=1&state=2",
        "https://app.exemple.fr/" + "a" * 500,
    ],
)
def test_anything_else_may_not(address: str) -> None:
    assert not is_app_address(address)


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://app.exemple.fr/retour", "https://app.exemple.fr"),
        ("https://app.exemple.fr:443/retour", "https://app.exemple.fr"),
        ("https://app.exemple.fr:8443", "https://app.exemple.fr:8443"),
        ("http://127.0.0.1:9000/a/b", "http://127.0.0.1:9000"),
        ("http://[::1]:9000/a", "http://[::1]:9000"),
    ],
)
def test_its_origin_is_written_as_a_browser_writes_it(address: str, origin: str) -> None:
    assert origin_of(address) == origin


def test_parameters_are_added_to_those_of_the_address_and_never_break_out_of_them() -> None:
    assert with_parameters("https://a.fr/r", {"state": "x&code=1#é"}) == "https://a.fr/r?state=x%26code%3D1%23%C3%A9"
    assert with_parameters("https://a.fr/r?k=1", {"code": "c"}) == "https://a.fr/r?k=1&code=c"
