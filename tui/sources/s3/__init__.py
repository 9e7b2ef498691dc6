"""Buckets: what lies there, what is new there, and how its bytes are fetched."""
