"""Who someone is: the person and her traits, her national number, the professional, and what a provider asserts."""
