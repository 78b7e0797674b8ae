"""The person's own pages: her answer, her documents, whom she lets read, her journal, the end."""
