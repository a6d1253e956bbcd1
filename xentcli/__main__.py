"""``python -m xentcli`` is ``xent``."""

from xentcli.cli.app import main

if __name__ == "__main__":
    main()
