"""The person's health data: documents today."""
