"""Portions of the input on their way from reader to kernel, and what is known of them."""
