"""Counts of what a filter leaves: by the values of a field, by time, and both as tables."""
