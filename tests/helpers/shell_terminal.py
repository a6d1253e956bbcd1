"""Shells on terminals of their own, and what the program answers them about a line."""

import os
import pty
import re
import select
import shlex
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support import PATIENCE

SCRIPTS = Path(__file__).parents[2] / "completions"
SHELLS = {"bash": "bash --norc --noprofile -i", "zsh": "zsh -f -i", "fish": "fish -i"}
# fish finds its script by itself, as it does a package's. A prompt spelled with '' cannot be
# mistaken for the echo of the line that sets it.
SETUPS = {
    "bash": "PS1='as''k> '; bind 'set show-all-if-ambiguous on'; source {}/xent.bash",
    "zsh": "PS1='as''k> '; fpath=({} $fpath); autoload -Uz compinit; compinit -u -D",
    "fish": "function fish_prompt; echo -n 'as''k> '; end",
}
# Not preexec_fn, which forks Python: a test process may have threads.
WITH_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execvp(sys.argv[1], sys.argv[1:])"
)
# Outside of completion it only notes its arguments: those are what a completed line means.
XENT = """\
#!/bin/sh
if [ -n "$_XENT_COMPLETE" ]; then exec {python} -m xentcli "$@"; fi
printf '%s\\0' "$@" > {home}/argv.new && mv {home}/argv.new {home}/argv
"""
ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|\(B|[=>])")
TABLE = "label,cat,dog,weight\n1,2,3,4\n"
HOSTILE = (
    "$(touch pwned),`touch pwned`,;touch pwned,|touch pwned,\x1b[31mowned,\x1b]0;owned\x07,"
    '\'owned\',\'owned,"""owned""","a\nowned", safe ,owned it\n'
)


class Terminal:
    """A shell of its own on a terminal of its own, in ``home/work``."""

    def __init__(self, shell: str, home: Path) -> None:
        self.text = ""
        self._argv = home / "argv"
        env = {
            "HOME": str(home),
            "INPUTRC": os.devnull,
            "LC_ALL": "C",
            "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "TERM": "xterm",  # on a dumb one fish lists nothing
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_DATA_DIRS": str(home / "share"),
            "XDG_DATA_HOME": str(home / "data"),
        }
        self._keys, end = pty.openpty()
        termios.tcsetwinsize(end, (50, 200))
        command = [sys.executable, "-c", WITH_TERMINAL, *SHELLS[shell].split()]
        settings: dict[str, Any] = {"cwd": home / "shop", "env": os.environ | env}
        self._process = subprocess.Popen(
            command, stdin=end, stdout=end, stderr=end, start_new_session=True, **settings
        )
        os.close(end)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._keys)

    def press(self, keys: str) -> None:
        os.write(self._keys, keys.encode())

    def shows(self, *words: str) -> None:
        """Wait until each of ``words`` stands in the text by itself."""
        patterns = [re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])") for word in words]
        self._until(lambda: all(p.search(ESCAPES.sub("", self.text)) for p in patterns))

    def ran(self) -> list[str]:
        """Press Enter, and wait for the arguments that xent is run with."""
        self.press("\r")
        self._until(self._argv.exists)
        return self._argv.read_text().split("\0")[:-1]

    def _until(self, met: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not met():
            assert time.monotonic() < deadline, f"in vain: {self.text!r}"
            if select.select([self._keys], [], [], 0.02)[0]:
                self.text += os.read(self._keys, 1 << 16).decode(errors="replace")


def answers(line: str, work: Path, protocol: str = "bash", stdin: Any = None) -> list[str]:
    """What the program answers about a line up to the cursor, successfully and in silence."""
    last = "" if line.endswith(" ") else line.split()[-1]
    env = {
        "_XENT_COMPLETE": f"complete_{protocol}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(shlex.split(line)) - bool(last)),
        "_TYPER_COMPLETE_ARGS": line if protocol == "fish" else line.strip(),
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": last,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    command = [sys.executable, "-X", "importtime", "-m", "xentcli"]
    streams = {"stdin": stdin or subprocess.DEVNULL, "capture_output": True}
    more: dict[str, Any] = {"cwd": work, "env": os.environ | env, "timeout": PATIENCE, **streams}
    done = subprocess.run(command, check=False, **more)
    said = [row for row in done.stderr.splitlines() if not row.startswith(b"import time:")]
    assert (done.returncode, said) == (0, [])
    assert b"xentcli.cli.completion" in done.stderr
    assert not re.search(rb"\| +numpy\b", done.stderr)
    return [re.split(r"\t|:::", row)[0] for row in done.stdout.decode().splitlines() if row]
