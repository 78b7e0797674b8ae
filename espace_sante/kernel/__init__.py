"""Machinery without medical meaning: errors, identifiers, clock, settings, database, languages."""
