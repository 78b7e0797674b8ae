"""Invented people and documents written by us, to try the house. Nothing here comes from anybody's record."""
