"""The documents of the demonstration as data, by what they are."""
