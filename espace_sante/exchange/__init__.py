"""How other software speaks with the house: FHIR R4 at /fhir, and every act of the registry at /api. No page, no rule."""
