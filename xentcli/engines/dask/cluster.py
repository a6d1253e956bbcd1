"""Connect to a cluster for one job, or start one on this machine."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from xentcli.blocks.split import Split
from xentcli.engines.local import cores
from xentcli.errors import ClusterError, OptionError
from xentcli.job import Job
from xentcli.text import display, quoted

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

PATIENCE: Final = 10
"""Seconds to wait for an answer of a scheduler."""

START: Final = 30
"""Seconds to wait for the first worker: an adaptive cluster starts workers on demand."""

MARK: Final = "|"
"""Separates the name of a file from the rest of a task's key."""

FILES: Final = 64
FILES_OF_WORKER: Final = 16
"""Open files per worker of a local cluster, with a margin: four workers failed with a limit of 64
files and ran with 96."""

SILENT: Final = 60
"""A level above every log level: errors are reported in one line, by us."""


@contextmanager
def connected(job: Job) -> "Iterator[Client]":
    """A client of the job's cluster, or of a new one on this machine that ends with the client.

    Errors between client and cluster become a ClusterError.
    """
    distributed = _distributed()
    with ExitStack() as kept:
        kept.enter_context(distributed.utils.silence_logging_cmgr(SILENT))
        address = job.run.scheduler
        if address is None:
            address = kept.enter_context(_own(job)).scheduler_address
        client = kept.enter_context(_client(address))
        try:
            yield client
        except distributed.KilledWorker as error:
            name, _, _ = str(error.task).rpartition(MARK)
            piece = f"a piece of {name}" if name else "the same piece"
            problem = f"a worker died {error.allowed_failures + 1} times over {piece}"
            hint = "is its memory too small? start workers with more of it, or with fewer threads"
            raise ClusterError(problem, hint=hint) from None
        except distributed.client.CancelledError:
            raise ClusterError(f"lost the Dask scheduler at {_shown(address)}") from None
        except OSError as error:
            problem = f"lost the Dask scheduler at {_shown(address)} ({_message(error, address)})"
            raise ClusterError(problem) from None


def named(split: Split) -> str:
    """A unique key for the task that reads ``split``, which shows the file."""
    return f"{display(split.files[0]) if split.files else 'arrays'}{MARK}{uuid4().hex}"


def _shown(address: str) -> str:
    """The address of a scheduler for a message; TCP if it has no scheme."""
    if "://" in address:
        return display(address)
    return display(f"tcp://{address}").removeprefix("tcp://")


def _message(error: Exception, address: str) -> str:
    """Dask's message, without secrets."""
    return quoted(str(error), address if "://" in address else f"tcp://{address}")


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        problem = "--engine dask needs the packages dask and distributed"
        raise OptionError(problem, hint="pip install dask distributed") from None
    return distributed


@contextmanager
def _client(address: str) -> "Iterator[Client]":
    import warnings

    from distributed import Client

    shown = _shown(address)
    try:
        with warnings.catch_warnings():
            # Dask warns of all differing package versions; only those that affect digits matter.
            warnings.simplefilter("ignore")
            client = Client(address, timeout=PATIENCE, set_as_default=False)
    except OSError:
        problem = f"no Dask scheduler answers at {shown} within {PATIENCE} s"
        raise ClusterError(problem, hint="start one: dask scheduler") from None
    except (ValueError, TypeError) as error:
        problem = (
            f"--scheduler {shown} is no address of a Dask scheduler ({_message(error, address)})"
        )
        raise OptionError(problem, hint="such as tcp://192.168.0.1:8786") from None
    with client:
        client.submit(int, pure=False)
        try:
            client.wait_for_workers(1, timeout=START)
        except TimeoutError:
            problem = f"the Dask scheduler at {shown} has no workers"
            raise ClusterError(problem, hint=f"start some: dask worker {shown}") from None
        yield client


@contextmanager
def _own(job: Job) -> "Iterator[LocalCluster]":
    """Start a cluster of processes on this machine."""
    from distributed import LocalCluster

    workers = job.run.jobs or cores()
    _refuse_few_files(workers)
    with ExitStack() as kept:
        with _interrupts_held(), _start_faults():
            cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                dashboard_address="127.0.0.1:0",  # a server runs even without a dashboard
                silence_logs=SILENT,
            )
            kept.enter_context(cluster)  # a held interrupt is raised right after this
        yield cluster


def _refuse_few_files(workers: int) -> None:
    """Raise ClusterError if the limit on open files is too low: Dask would wait forever."""
    try:
        import resource
    except ImportError:  # another system has no such limit
        return
    needed = FILES + FILES_OF_WORKER * workers
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit != resource.RLIM_INFINITY and limit < needed:
        problem = f"Dask with {workers} workers needs {needed} open files, the limit is {limit}"
        raise ClusterError(problem, hint=f"raise it: ulimit -n {needed}")


@contextmanager
def _start_faults() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        raise ClusterError(f"a Dask cluster cannot be started here ({error})") from None


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C, which reaches every process of the terminal, while processes are started.

    Processes started meanwhile never see it; this one handles it afterwards, when the cluster can
    be closed.
    """
    if not hasattr(signal, "pthread_sigmask") or current_thread() is not main_thread():
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # if it started later, it would reset the mask
    came: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
    if came:
        raise KeyboardInterrupt
