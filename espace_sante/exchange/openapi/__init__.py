"""The OpenAPI 3.1 description of /fhir and /api, made from what serves them: nothing of it is written by hand."""

from espace_sante.exchange.openapi.document import Address, description

__all__ = ["Address", "description"]
