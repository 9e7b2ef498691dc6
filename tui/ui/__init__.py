"""The screen: Textual, and nothing but presentation."""
