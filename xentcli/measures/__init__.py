"""Measures: mergeable summaries of blocks, and the reports made from them."""
