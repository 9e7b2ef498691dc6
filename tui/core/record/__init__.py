"""One whole record as a tree: its nodes, what the tree says beside them, what a person folded."""
