"""The addresses of the exchange interfaces: /fhir for care software, /api for every act of the registry."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Protocol, TypeVar

from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from espace_sante.actions.frame import Frame
from espace_sante.exchange.acts_api import ActsApi
from espace_sante.exchange.acts_api import problem_answer as api_problem
from espace_sante.exchange.edge import Callers, Edge
from espace_sante.exchange.fhir.person import Numbers
from espace_sante.exchange.fhir.resources import ResourceServer
from espace_sante.exchange.fhir.search import PARAMETERS
from espace_sante.exchange.fhir.server import FhirServer
from espace_sante.exchange.fhir.server import problem_answer as fhir_problem
from espace_sante.exchange.smart import routes as smart
from espace_sante.formats.fhir.capability import Served, capability
from espace_sante.formats.oauth.discovery import security_statement
from espace_sante.formats.oauth.places import Places
from espace_sante.kernel.settings import Settings
from espace_sante.records.resource import numbers as numbers_of_types
from espace_sante.records.resource import subject_element

Account = TypeVar("Account")

_SERVED = (
    Served(
        "DocumentReference",
        ("read", "create", "search-type"),
        PARAMETERS,
        "Dépôt simple : contenu dans attachment.data, ou envoyé d'avance et nommé par attachment.url (Binary/{id})."
        " Lot de documents : POST d'un Bundle transaction à l'adresse de base."
        " Recherche : une personne, nommée ; les autres paramètres sont refusés.",
    ),
    Served(
        "Binary",
        ("read", "create"),
        (),
        "Le document lui-même, entier ou par parties (Range), ou un Binary avec Accept: application/fhir+json."
        " Création : le document d'avance, jusqu'à document_bytes ; seul son expéditeur peut le déposer, dans la journée.",
    ),
)
_RESOURCES = tuple(
    Served(
        name,
        ("read", "vread", "update", "delete", "history-instance", "create"),
        (),
        f"La personne est nommée par {subject_element(name)} : Patient/<id>. Une nouvelle version dit laquelle elle suit (If-Match) ; seul"
        " qui l'a écrite, ou son établissement, la change. Étiquettes R, V ou MASQUE_PS : cachée aux autres professionnels.",
        versioned=True,
    )
    for name in numbers_of_types()
)
_LIMITS = (
    "resource_bytes",
    "document_bytes",
    "inline_bytes",
    "xml_bytes",
    "xml_depth",
    "archive_files",
    "archive_bytes",
    "archive_ratio",
    "image_pixels",
    "bundle_entries",
    "bundle_bytes",
    "form_bytes",
    "url_bytes",
    "title_characters",
    "page_size",
    "uploads_per_minute",
    "software_uploads_per_second",
)


class Provider(Protocol[Account]):
    """The development identity provider, as far as /api/jeton needs it; fulfilled in adapters."""

    def find(self, word: str, /) -> Account:
        """Return the account a word leads to; raises Problem."""
        ...

    def assertion(self, account: Account, /) -> str:
        """Return a signed assertion for it."""
        ...


def routes(frame: Frame, provider: Provider[Account] | None) -> list[BaseRoute]:
    """Return the routes of /fhir and /api; without a provider, /api/jeton refuses."""
    settings = frame.settings
    numbers = Numbers.of(settings)
    callers = Callers(frame)
    statement = _statement(settings, numbers.base, frame.now())
    fhir = FhirServer(frame, callers, numbers, statement, ResourceServer(frame, callers, numbers.base))
    api = ActsApi(frame, callers, None if provider is None else lambda word: _signed(provider, word))
    edge = Edge(fhir.dispatch, fhir_problem, settings.url_bytes)
    crossing = smart.crossing_of(frame)
    return [
        *smart.routes(frame, crossing),
        # A transaction goes to the base itself, without a final slash.
        Route("/fhir", endpoint=crossing(_AtBase(edge, "/fhir"))),
        Mount("/fhir", app=crossing(edge)),
        Mount("/api", app=Edge(api.dispatch, api_problem, settings.url_bytes)),
    ]


@dataclass(frozen=True, slots=True)
class _AtBase:
    """An edge asked at its own base: what follows the mount is empty."""

    edge: Edge
    base: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self.edge({**scope, "root_path": self.base}, receive, send)


def _signed(provider: Provider[Account], word: str) -> str:
    return provider.assertion(provider.find(word))


def _statement(settings: Settings, base: str, now: datetime) -> bytes:
    units = {each.name: str(each.metadata["unit"]) for each in fields(Settings)}
    limits = {f"{name} ({units[name]})": int(getattr(settings, name)) for name in _LIMITS}
    return capability(
        base,
        version("espace-sante"),
        now.astimezone(UTC).isoformat(timespec="seconds"),
        (*_SERVED, *_RESOURCES),
        limits,
        security_statement(Places(settings.address)),
    )
