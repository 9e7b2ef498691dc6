"""Bytes to events, in worker processes."""
