"""Everything anyone can do, one file per act, the same for every channel."""
