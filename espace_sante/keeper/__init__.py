"""The keeper: its own process and database role; alone it opens keys and writes the journal."""
