"""Widgets: each knows its own attributes and posts its own messages."""
