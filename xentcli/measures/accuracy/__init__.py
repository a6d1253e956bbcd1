"""Accuracies, and which of them 'acc' is: ``xent accuracy``."""
