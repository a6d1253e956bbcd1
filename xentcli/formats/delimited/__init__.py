"""Delimited text: lines, cells and numbers, found and read many at once."""
