"""``xent ce``."""

from typing import Annotated, Final, NamedTuple

from xentcli.cli.command import GATE, LOSS, Command, option
from xentcli.cli.loss import LossOptions, run_loss
from xentcli.cli.loss_options import RowSumOptions

HELP: Final = """Categorical cross-entropy, per sample, and its mean.

[bold]Examples[/bold]
  xent ce --labels 0,2 --logits '4,1,0.5;0,1,3'
  xent ce preds.csv --labels y --probs 'prob_*'
  xent ce preds.csv --convention torch --label-smoothing 0.1
  xent ce preds.csv --labels :1 --logits :2..11
  cat preds.jsonl | xent ce -f json
  xent ce preds.csv --expect 0.5578

Scores are one column per class; labels are class numbers from 0, names of classes, or one column \
per class (one-hot or soft).

COLS are columns of FILE (y, 'prob_*', a..c, :2..4), an array (1,0,1 or \\[\\[1,0],\\[0,1]]), or \
@FILE for an array in a file.
"""


class CategoricalOptions(NamedTuple):
    """What only categorical cross-entropy has."""

    force: Annotated[bool, option(LOSS, "--force", help="Compute it of one class all the same")] = (
        False
    )
    max_perplexity: Annotated[
        str | None, option(GATE, "--max-perplexity", metavar="X", help="Also: the perplexity")
    ] = None


def _run(given: LossOptions, sums: RowSumOptions, own: CategoricalOptions) -> int:
    return run_loss("ce", given, sums=sums, one_class=own.force, max_perplexity=own.max_perplexity)


ce = Command(_run, HELP)
