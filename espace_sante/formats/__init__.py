"""Pure readers and writers of standard formats; they know nothing of our domain."""
