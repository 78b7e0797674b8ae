"""A professional's pages: one person at a time, named on every page and in every form."""
