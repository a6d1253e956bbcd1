"""One input by many conventions, and why they differ: ``xent reconcile``."""
