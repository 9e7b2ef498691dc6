"""Screens: main, help, problems, prompts."""
