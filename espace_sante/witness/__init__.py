"""The outside half of the public journal: what an association runs, on its own computer, to watch a log it does not keep.

A light witness keeps the last head it cosigned; a mirror also keeps every leaf. Neither knows the house, its database or its
keys: only the published forms of `journal`. Guarantee: G6. Source: C2SP tlog-witness; docs/specs/journal.md §8-9.
"""
