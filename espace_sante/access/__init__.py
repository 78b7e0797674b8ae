"""May this actor do this, now? Pure: no clock, no key, no database."""
