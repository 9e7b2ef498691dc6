"""The registry: everything that a key or a command can do, and how it is said."""
