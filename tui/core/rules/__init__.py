"""The rules that make a row of a record: who, what, on what, how it ended (in words: RULES.md)."""
