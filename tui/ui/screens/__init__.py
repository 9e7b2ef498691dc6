"""Screens, and what is asked in a line or a list over them."""
