"""The wheel: what a user gets, completions included."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_wheel_holds_the_package_and_the_completions(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        for target, source in {
            "bash-completion/completions/xent": "xent.bash",
            "zsh/site-functions/_xent": "_xent",
            "fish/vendor_completions.d/xent.fish": "xent.fish",
            "powershell/completions/xent.ps1": "xent.ps1",
        }.items():
            (found,) = [name for name in names if name.endswith(f"data/share/{target}")]
            assert archive.read(found) == (ROOT / "completions" / source).read_bytes()
    modules = {str(p.relative_to(ROOT)) for p in (ROOT / "xentcli").rglob("*.py")}
    assert modules <= set(names)
    assert "xentcli/py.typed" in names
