"""The loss of an input by one convention: ``xent bce`` and ``xent ce``."""
