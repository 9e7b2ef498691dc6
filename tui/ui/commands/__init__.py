"""What the keys of the main screen do: one module for what a key concerns."""
