"""What an operator or an integrator types. It speaks to the running instance over HTTP, as anybody else does."""
