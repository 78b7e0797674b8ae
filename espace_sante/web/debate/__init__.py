"""The pages of the debate: their own process, no cookie, no session, nothing of the health side loaded (decision 0070)."""
