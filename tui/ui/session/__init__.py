"""Where one is: the filter, the rows that it leaves, marks, counts; all that needs no screen."""
