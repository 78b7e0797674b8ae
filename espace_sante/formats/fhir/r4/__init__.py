"""FHIR R4 resources checked against the official definitions: what is wrong, where, and where references lead."""

from espace_sante.formats.fhir.r4.issues import MOST_ISSUES, Issue
from espace_sante.formats.fhir.r4.references import Pointer, references
from espace_sante.formats.fhir.r4.validation import is_type, validate

__all__ = ["MOST_ISSUES", "Issue", "Pointer", "is_type", "references", "validate"]
