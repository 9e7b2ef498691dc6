"""A filter in use: its steps, the ones that come with the program, which rows they leave."""
