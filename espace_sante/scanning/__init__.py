"""The process that reads scanned coupons: one file each, locked in, that answers pages and what they say.

A scan is bytes anybody may have sent: it is decoded and read here and nowhere else. Source: docs/decisions/0018, 0064.
"""
