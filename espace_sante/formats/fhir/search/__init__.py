"""Search over the resources of one person, as FHIR R4 has it: pure functions over what is already open and already visible.

It knows no person, no right and no key. Whoever calls it passes only what a reader may see.
"""

from espace_sante.formats.fhir.search.extract import Resolve, Resource, values
from espace_sante.formats.fhir.search.including import included
from espace_sante.formats.fhir.search.matching import matches
from espace_sante.formats.fhir.search.ordering import Page, ordered, page
from espace_sante.formats.fhir.search.parse import parse
from espace_sante.formats.fhir.search.query import Query
from espace_sante.formats.fhir.search.table import Parameter, parameter_of, parameters_of, resource_types
from espace_sante.formats.fhir.search.terms import Term, query_terms, terms

__all__ = [
    "Page",
    "Parameter",
    "Query",
    "Resolve",
    "Resource",
    "Term",
    "included",
    "matches",
    "ordered",
    "page",
    "parameter_of",
    "parameters_of",
    "parse",
    "query_terms",
    "resource_types",
    "terms",
    "values",
]
