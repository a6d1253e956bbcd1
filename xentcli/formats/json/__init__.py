"""JSON and JSON Lines: documents, rows and nested lists."""
