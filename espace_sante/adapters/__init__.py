"""What the house calls outside of a process: the keeper's socket, the object folder, sign-in providers."""
