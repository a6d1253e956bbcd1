"""Cross-entropy from the shell: every digit right, every convention named.

The command is ``xent``; the kernels behind it are :mod:`xentcli.kernels`.
"""

__version__ = "0.1.0"
