"""The command line: Typer, and nothing of it anywhere else."""
