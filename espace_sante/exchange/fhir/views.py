"""What FHIR shows of one person besides what is kept as a resource: her journal, her choices, where data
come from. Each address is one act of the registry.

Source: docs/decisions/0054; docs/specs/api.md. Guarantee: G3, G5, G6.
"""

from __future__ import annotations

from dataclasses import dataclass

from espace_sante.actions.frame import Frame
from espace_sante.exchange.edge import Answer, Call, Callers, only
from espace_sante.exchange.fhir import audit, consenting, provenance
from espace_sante.exchange.fhir.audit import AuditServer
from espace_sante.exchange.fhir.consenting import ConsentServer
from espace_sante.exchange.fhir.person import Numbers
from espace_sante.exchange.fhir.provenance import ProvenanceServer
from espace_sante.exchange.fhir.searchable import searches_of
from espace_sante.exchange.fhir.viewing import Viewing
from espace_sante.formats.fhir.capability import Served
from espace_sante.kernel.errors import Kind, Problem

TYPES = frozenset({audit.TYPE, consenting.TYPE, provenance.TYPE})
SERVED = (
    Served(
        audit.TYPE,
        ("read", "search-type"),
        searches_of(audit.TYPE),
        "Le journal de la personne, pour elle seule : une page, une lecture du journal, la ligne la plus récente d'abord."
        " Forme d'IHE BALP.",
    ),
    Served(
        consenting.TYPE,
        ("read", "search-type"),
        searches_of(consenting.TYPE),
        "Les choix en vigueur de la personne, pour elle seule : autorisations, blocages, ce qu'elle cache, ses réponses. Rien ne se"
        " change ici.",
    ),
    Served(
        provenance.TYPE,
        ("read", "search-type"),
        searches_of(provenance.TYPE),
        "D'où vient une donnée de soins (target, obligatoire) : qui l'a écrite, quand, version par version, pour qui peut la voir.",
    ),
)


@dataclass(frozen=True, slots=True)
class ViewServer:
    """Answers what comes to the types of `TYPES`."""

    audit: AuditServer
    consents: ConsentServer
    origins: ProvenanceServer

    @classmethod
    def of(cls, frame: Frame, callers: Callers, numbers: Numbers) -> ViewServer:
        """Return one over a frame."""
        viewing = Viewing(frame, callers, numbers)
        return cls(AuditServer(viewing), ConsentServer(viewing), ProvenanceServer(viewing))

    async def dispatch(self, call: Call) -> Answer:
        """Answer one request; raises Problem."""
        servers: dict[str, AuditServer | ConsentServer | ProvenanceServer] = {
            audit.TYPE: self.audit,
            consenting.TYPE: self.consents,
            provenance.TYPE: self.origins,
        }
        server = servers[call.path[0]]
        match call.path[1:]:
            case ():
                return await only(call, GET=lambda: server.search(call))
            case ("_search",):
                return await only(call, POST=lambda: server.search(call))
            case (identifier,):
                return await only(call, GET=lambda: server.one(call, identifier))
        raise Problem(Kind.NOT_FOUND, "page-unknown")
