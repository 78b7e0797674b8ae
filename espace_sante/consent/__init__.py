"""What the person wants: her space's state, whom she lets read, what she hides, and the proof of her words."""
