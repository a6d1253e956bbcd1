"""NumPy's files, and arrays that are in memory already."""
