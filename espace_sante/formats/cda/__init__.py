"""CDA R2 documents of the CI-SIS: what their header says, and their body made into pages of ours. Knows bytes, not our domain."""
