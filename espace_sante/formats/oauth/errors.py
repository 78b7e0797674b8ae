"""What OAuth says when it refuses: a word of a closed list, and a sentence. Source: RFC 6749 §4.1.2.1 and §5.2; RFC 7009 §2.2.1."""

from __future__ import annotations

from enum import StrEnum


class Error(StrEnum):
    """The words an application may get."""

    INVALID_REQUEST = "invalid_request"
    INVALID_CLIENT = "invalid_client"
    INVALID_GRANT = "invalid_grant"
    INVALID_SCOPE = "invalid_scope"
    UNAUTHORIZED_CLIENT = "unauthorized_client"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type"
    UNSUPPORTED_TOKEN_TYPE = "unsupported_token_type"  # noqa: S105 - a word of RFC 7009, not a secret
    REQUEST_NOT_SUPPORTED = "request_not_supported"
    ACCESS_DENIED = "access_denied"
    SERVER_ERROR = "server_error"
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable"


_PLAIN = str.maketrans("éèêàâçùûôîï’", "eeeaacuuoii'") | {ord('"'): "'", ord("\\"): "/"}


class OAuthRefused(Exception):
    """A request of an application that is refused: the word, and which check failed, in French, never anything secret."""

    def __init__(self, error: Error, why: str) -> None:
        super().__init__(f"{error}: {why}")
        self.error = error
        self.why = why

    @property
    def described(self) -> str:
        """Return the sentence in the letters OAuth lets a description have. Source: RFC 6749 §4.1.2.1, §5.2."""
        return self.why.translate(_PLAIN).encode("ascii", "replace").decode()
