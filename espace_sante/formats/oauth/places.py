"""Where the authorization server of a house answers: one table for discovery, the pages and the tests."""

from __future__ import annotations

from dataclasses import dataclass

AUTHORIZE = "/autorisation"
TOKEN = "/jeton-oauth"  # noqa: S105 - an address, not a secret
REVOKE = "/revocation"
INTROSPECT = "/introspection"


@dataclass(frozen=True, slots=True)
class Places:
    """The absolute addresses of a house, from the one people type (`https://…`, without a final slash)."""

    address: str

    @property
    def issuer(self) -> str:
        """Who answers, as `iss` says it beside a code. Source: RFC 9207."""
        return self.address

    @property
    def fhir(self) -> str:
        """The base of the FHIR server: what `aud` and `iss` of a launch say."""
        return f"{self.address}/fhir"

    @property
    def bases(self) -> tuple[str, str]:
        """The base as it may be written in `aud`."""
        return self.fhir, f"{self.fhir}/"

    @property
    def authorize(self) -> str:
        """Where people are sent."""
        return self.address + AUTHORIZE

    @property
    def token(self) -> str:
        """Where a code becomes a token: the audience of what applications sign."""
        return self.address + TOKEN

    @property
    def revoke(self) -> str:
        """Where a token is given up."""
        return self.address + REVOKE

    @property
    def introspect(self) -> str:
        """Where an application asks what its own token is."""
        return self.address + INTROSPECT
