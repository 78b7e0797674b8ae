"""OAuth 2.0 as SMART App Launch 2.2 uses it: pure readers and writers; they know no person, no permission, no database."""
