"""The public debate: dossiers, what people say, what the authority answers. Names no person, reads no health datum.

Guarantee: G14. Source: open letter of March 2022; docs/decisions/0070, 0071.
"""
