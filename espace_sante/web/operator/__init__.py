"""The operator's pages: inviting. No content, no person's list."""
