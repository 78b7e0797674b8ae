"""Acting for somebody else: one set of pages, drawn from the registry, each bound to one person by its own address."""
