"""Portions of the input on their way from reader to kernel, and their metadata."""
