"""SMART App Launch 2.2 for software: discovery, tokens, revocation, introspection. The page of consent is `web`'s."""
