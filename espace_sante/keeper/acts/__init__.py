"""What each act means to the keeper: pure plans made of a situation; nothing here reads or writes."""
