"""Cookies and the anti-forgery word."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import Response

from espace_sante.kernel.settings import Settings
from espace_sante.web.cookies import anti_forgery, give_session, is_genuine, take_session


def test_a_word_is_good_for_its_session_alone_and_differs_on_each_page() -> None:
    one, two = anti_forgery("token", b"1" * 16), anti_forgery("token", b"2" * 16)
    assert one != two and is_genuine(one, "token") and is_genuine(two, "token")
    for given in ("", ".", one[:-1], one.replace(".", ""), anti_forgery("other", b"1" * 16)):
        assert not is_genuine(given, "token")
    assert anti_forgery("", b"1") == "" and not is_genuine("", "")


def test_over_tls_the_cookie_is_tied_to_the_host() -> None:
    response = Response()
    give_session(response, "t", "person", Settings(home=Path("x"), public_url="https://espace.example"))
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("__Host-es_session=t;") and "Secure" in cookie and "Domain" not in cookie


def test_signing_out_empties_what_the_browser_kept() -> None:
    response = Response()
    take_session(response, Settings(home=Path("x")))
    assert "cache" in response.headers["clear-site-data"] and 'es_session=""' in response.headers["set-cookie"]
