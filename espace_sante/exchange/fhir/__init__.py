"""FHIR R4 at /fhir: reading, searching and depositing documents."""
