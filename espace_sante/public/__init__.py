"""The public side: what is promised, with its state, and what it costs. Never names a person or a health datum."""
