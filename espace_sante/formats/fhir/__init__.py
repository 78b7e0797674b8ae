"""FHIR R4 (4.0.1) as JSON: reading what is posted into frozen values, writing what is answered."""
