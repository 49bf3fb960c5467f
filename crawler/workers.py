"""Work in processes of their own, portion by portion, for whoever must not wait or wants all cores.

A worker is a fresh interpreter that takes portions of jobs from its standard input and ends with that input,
also when this process is killed. It shares nothing with this process, no lock and no open file. One that
dies over a portion is replaced and given the jobs one by one, so that a job that kills its worker costs no
other job.
"""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, BinaryIO

Function = Callable[[Any], Any]

PROGRAM = "from crawler.workers import serve; serve()"


class WorkError(Exception):
    """A job that gave no result: it raised (the message is the worker's traceback), or its worker died."""


class _Gone(Exception):
    """The worker does not answer any more, or with something that is no answer."""


class Workers:
    """``count`` worker processes, in each of which ``prepare(context)`` was called.

    Both must be known by name to a fresh interpreter, or made of such: they are pickled.
    """

    def __init__(self, count: int, prepare: Function, context: Any) -> None:
        self._workers = [_Worker(prepare, context) for _ in range(count)]
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        # A thread a worker, which only waits for it.
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="worker")
        self.ready = [self._threads.submit(self._prepare, worker) for worker in self._workers]

    def submit(self, function: Function, jobs: Sequence[Any]) -> Future[list[Any]]:
        """Let one worker do a portion: for each job ``function(job)``, or the `WorkError` that came of it."""
        return self._threads.submit(self._do, function, jobs)

    def close(self) -> None:
        """End the workers; what they are doing is given up."""
        for worker in self._workers:
            worker.end()
        self._threads.shutdown(cancel_futures=True)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _prepare(self, worker: _Worker) -> None:
        try:
            worker.prepare()
        finally:
            self._idle.put(worker)

    def _do(self, function: Function, jobs: Sequence[Any]) -> list[Any]:
        worker = self._idle.get()
        try:
            return worker.do(function, jobs)
        finally:
            self._idle.put(worker)


class _Worker:
    """One process, and what it must be told when it begins."""

    def __init__(self, prepare: Function, context: Any) -> None:
        self._context = (prepare, [context])
        self._is_ended = False
        self._process = _begin()

    def prepare(self) -> None:
        """Wait until the process is ready for work. Raises `WorkError`, or what can not be pickled."""
        try:
            outcome = self._exchange(*self._context)[0]
        except _Gone as error:
            raise WorkError("the worker process could not begin") from error
        if isinstance(outcome, WorkError):
            raise outcome

    def do(self, function: Function, jobs: Sequence[Any]) -> list[Any]:
        try:
            return self._exchange(function, jobs)
        except _Gone:
            self._bury()
            return [self._alone(function, job) for job in jobs]

    def end(self) -> None:
        self._is_ended = True
        self._process.kill()
        self._process.wait()

    def _alone(self, function: Function, job: Any) -> Any:
        if self._is_ended:
            return WorkError("given up: the work was ended")
        try:
            if self._process.returncode is not None:
                self._process = _begin()
                self.prepare()
            return self._exchange(function, [job])[0]
        except WorkError as error:
            return error
        except OSError as error:
            return WorkError(f"no worker process could begin: {error}")
        except _Gone:
            return WorkError(f"the worker process died of it (exit code {self._bury()})")

    def _bury(self) -> int:
        """Wait for the end of a process that answers no more; gives its exit code."""
        try:
            return self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _exchange(self, function: Function, jobs: Sequence[Any]) -> list[Any]:
        assert self._process.stdin and self._process.stdout
        words = pickle.dumps((function, jobs), pickle.HIGHEST_PROTOCOL)
        try:
            self._process.stdin.write(words)
            self._process.stdin.flush()
            outcomes: list[Any] = pickle.load(self._process.stdout)
        except Exception as error:
            # A broken pipe, an end, or words that a dying process left half said.
            raise _Gone from error
        return outcomes


def _begin() -> subprocess.Popen[bytes]:
    # The same modules from the same places. In a group of its own: Ctrl-C is for this process to answer.
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    apart: dict[str, Any] = {"process_group": 0}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return subprocess.Popen(
        [sys.executable, "-P", "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        **apart,
    )


def serve() -> None:
    """The worker's side: do one portion after the other until no more can come."""
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What some library prints is no answer.
    os.dup2(2, 1)
    with suppress(EOFError, BrokenPipeError):
        _answer(asked, answers)
        # By now all is imported that the work needs.
        spare_the_collector()
        while True:
            _answer(asked, answers)


def _answer(asked: BinaryIO, answers: BinaryIO) -> None:
    function, jobs = pickle.load(asked)
    pickle.dump([_outcome(function, job) for job in jobs], answers, pickle.HIGHEST_PROTOCOL)
    answers.flush()


def _outcome(function: Function, job: Any) -> Any:
    try:
        return function(job)
    except Exception as error:
        return WorkError(f"{type(error).__name__}: {error}\n{traceback.format_exc()}")


def spare_the_collector() -> None:
    """Leave modules and vocabularies out of garbage collection, and collect less often.

    A page makes thousands of short-lived objects and no cycles to speak of; looking through all that lives
    for every few hundred of them took a quarter of a crawl's time.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
