"""Measurements that print ratios: CPU seconds of every process, run by hand, never asserted (docs/performance.md)."""
