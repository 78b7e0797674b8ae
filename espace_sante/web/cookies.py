"""Cookies: the session's, and the language's. No other, and no lasting key behind them.

The anti-forgery word is made from the session's token alone, so that a web process needs nothing of its own to check it.
Source: RFC 6265bis (cookie name prefixes, SameSite).
"""

from __future__ import annotations

import hashlib
import hmac

from starlette.requests import Request
from starlette.responses import Response

from espace_sante.kernel.i18n import Language
from espace_sante.kernel.settings import Settings

LANGUAGE = "es_langue"
_YEAR_SECONDS = 31_536_000


def is_secure(settings: Settings) -> bool:
    """Say whether people reach this instance over TLS."""
    return settings.address.startswith("https://")


def session_name(settings: Settings) -> str:
    """Return the name of the session's cookie; `__Host-` ties it to this host, and needs TLS."""
    return "__Host-es_session" if is_secure(settings) else "es_session"


def session_token(request: Request, settings: Settings) -> str:
    """Return the session's token, "" when there is none."""
    return request.cookies.get(session_name(settings), "")


def give_session(response: Response, token: str, kind: str, settings: Settings) -> None:
    """Set the session's cookie: gone with the browser; stricter for those who act about others."""
    response.set_cookie(
        session_name(settings),
        token,
        path="/",
        secure=is_secure(settings),
        httponly=True,
        samesite="lax" if kind == "person" else "strict",
    )


def take_session(response: Response, settings: Settings) -> None:
    """Remove the session's cookie and what the browser kept of the pages."""
    response.delete_cookie(session_name(settings), path="/", secure=is_secure(settings), httponly=True)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'


def keep_language(response: Response, language: Language, settings: Settings) -> None:
    """Remember the language chosen."""
    response.set_cookie(
        LANGUAGE,
        language.value,
        max_age=_YEAR_SECONDS,
        path="/",
        secure=is_secure(settings),
        httponly=True,
        samesite="lax",
    )


def anti_forgery(token: str, salt: bytes) -> str:
    """Return what every form of a session carries: made from its token, useless without it.

    The salt differs on each page, so that compressed pages of one session have no secret in common (BREACH).
    """
    return f"{salt.hex()}.{_word(token, salt.hex())}" if token else ""


def is_genuine(given: str, token: str) -> bool:
    """Say whether a form was made for this session."""
    salt, _, word = given.partition(".")
    return bool(token) and hmac.compare_digest(word.encode(), _word(token, salt).encode())


def _word(token: str, salt: str) -> str:
    return hashlib.sha256(f"csrf|{salt}|{token}".encode()).hexdigest()
