"""Start-up against an import of the libraries alone: python tests/benchmarks/startup.py."""

import sys

from ratios import alternate, command, show, xent

IMPORTS = "import numpy, typer, rich.table, rich.console"
RUNS = 31


def completion() -> list[str]:
    """One completion of an option, as the shells ask for it."""
    return ["env", "_XENT_COMPLETE=complete_bash", "COMP_WORDS=xent bce --log", "COMP_CWORD=2"]


def main() -> None:
    """Print the ratios."""
    peer = f'python -c "{IMPORTS}"'
    rivals = {
        peer: command(sys.executable, "-c", IMPORTS),
        "xent bce --labels 1,0 --logits 2,-1": command(
            *xent("bce", "--labels", "1,0", "--logits", "2,-1")
        ),
        "xent --version": command(*xent("--version")),
        "xent bce --log<TAB>": command(*completion(), *xent()),
        "xent --help": command(*xent("--help")),
        "xent bce --help": command(*xent("bce", "--help")),
    }
    names = list(rivals)
    bars = dict(zip(names[1:], (1.25, 0.6, 0.6, 1.05, 1.05), strict=True))
    show(f"Whole processes, medians of {RUNS}", alternate(rivals, RUNS), peer, bars)


if __name__ == "__main__":
    main()
