"""All events as columns of codes, in the order of their time and without duplicates."""
