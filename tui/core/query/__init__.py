"""The filter language: from what a person types to a tree of nodes."""
