"""Records to a batch of codes: each distinct value is worked out once, events cost look-ups."""
