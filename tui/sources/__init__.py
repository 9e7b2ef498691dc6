"""Where bytes come from, and what is new there."""
