"""Who took an envelope of the debate: so that nobody takes two. Knows no code, no text, nothing of health.

Guarantee: G14. Source: docs/decisions/0071.
"""
