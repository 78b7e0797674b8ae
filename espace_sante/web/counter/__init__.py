"""The agent's pages: every act of a person, made from the registry, without showing what her space holds."""
