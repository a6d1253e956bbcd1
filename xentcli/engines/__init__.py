"""Engines: run the same ``work(job, split)`` over all splits; no other code knows which one ran."""
