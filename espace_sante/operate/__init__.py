"""The machinery of running: PostgreSQL's launcher, the supervisor, the doctor, backup and restore.

Knows the other parts as processes to start, never as code to call into.
"""
