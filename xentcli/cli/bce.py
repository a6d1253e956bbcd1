"""``xent bce``."""

from typing import Final

from xentcli.cli.command import Command
from xentcli.cli.loss import LossOptions, run_loss
from xentcli.cli.loss_options import PosWeightOptions

HELP: Final = """Binary cross-entropy, per element, and its mean.

[bold]Examples[/bold]
  xent bce --labels 1,0,1 --logits 2.1,-0.3,0.8
  xent bce preds.csv --labels y --probs p
  xent bce preds.csv --convention keras3
  cat preds.csv | xent bce
  loss=$(xent bce preds.csv -f value)
  xent bce preds.csv --max-mean 0.35 || echo worse

Labels are 0, 1 or between, one for every score. Several columns are several outputs, and the mean \
is over all of them.

COLS are columns of FILE (y, 'prob_*', a..c, :2..4), an array (1,0,1 or \\[\\[1,0],\\[0,1]]), or \
@FILE for an array in a file.
"""


def _run(given: LossOptions, own: PosWeightOptions) -> int:
    return run_loss("bce", given, pos_weight=own.pos_weight)


bce = Command(_run, HELP)
