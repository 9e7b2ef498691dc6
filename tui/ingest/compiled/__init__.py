"""The compiled reader: what numba makes machine code of, once on a machine."""
