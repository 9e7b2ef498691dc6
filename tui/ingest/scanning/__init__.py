"""The compiled reader at work: having it made, feeding it files, and what its numbers mean."""
