"""What the clock starts. Each task is a row with its instant and its lease, so that several such processes may run."""
