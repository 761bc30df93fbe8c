"""The conformance cases as pytest's items, run by the engine of `attest run`. For pytest_plugin.py alone."""

from __future__ import annotations

import fcntl
import pathlib
import shutil
import tempfile
import typing

import pytest

import attest

NODE = "attest"  # the node id that all cases begin with


class NotPassed(Exception):
    """A case has not passed, as it looks now."""


class Lease:
    """The one of the bench's devices that this process has. Nobody else of the same session has it at the same time.

    The kernel frees the lock when its holder dies, so a worker that stands in for a dead one gets that one's device.
    """

    def __init__(self, config: pytest.Config, bench: attest.Bench) -> None:
        given: dict[str, str] = getattr(config, "workerinput", {})
        self.number = 0
        self._lock: typing.IO[bytes] | None = None
        several = len(bench.devices) > 1
        if given and bench.is_virtual and not several:
            self.number = int(given["workerid"].removeprefix("gw"))  # as many as are asked for
        elif given:
            self._take(bench, leases(given["testrunuid"]))
        self.bench = bench_of(config, bench.devices[self.number]) if several else bench

    def _take(self, bench: attest.Bench, folder: pathlib.Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        for self.number in range(len(bench.devices)):
            lock = open(folder / str(self.number), "ab")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.close()
                continue
            self._lock = lock
            return
        raise pytest.UsageError(f"bench {bench.name}: all its devices are in use; {too_many(bench)}")


LEASE = pytest.StashKey[Lease]()


def lease_of(config: pytest.Config) -> Lease:
    """Taken when it is first needed, and kept until the process ends."""
    if LEASE not in config.stash:
        config.stash[LEASE] = Lease(config, bench_of(config))
    return config.stash[LEASE]


def leases(session_id: str) -> pathlib.Path:
    """Where the workers of one session have their locks."""
    return pathlib.Path(tempfile.gettempdir()) / f"attest-leases-{session_id}"


def too_many(bench: attest.Bench) -> str:
    """What to do where there are more workers than devices."""
    count = len(bench.devices)
    return f"it has {count}, and a device is never shared: -n {count}, or more [[device]] in the bench file"


class Conformance:
    """The job of this session, and the engine that carries it out. On xdist's controller: what puts it together."""

    def __init__(self, config: pytest.Config) -> None:
        get = config.getoption
        self.config = config
        self.given: dict[str, typing.Any] = getattr(config, "workerinput", {})
        self.is_worker = bool(self.given)
        self.bench = bench_of(config)
        self.job = attest.Job(
            self.bench,
            select=get("attest_select"),
            exclude=get("attest_exclude"),
            quick=get("attest_quick"),
            seed=self.given.get("attest_seed", get("attest_seed")),
            out=self.given.get("attest_out", get("attest_out")),
            hurry=get("attest_hurry"),
            personalities=get("attest_personality"),
            habits=get("attest_habit"),
            shuffle=False,
            command=["pytest", *(shown(one) for one in config.invocation_params.args)],
        )
        self.judgement: attest.Judgement | None = None
        self.plan: list[str] = []  # ids
        self._runner: attest.CaseRunner | None = None
        self._broken: attest.Error | None = None

    @property
    def workers(self) -> pathlib.Path:
        """Where xdist's workers write their parts of the record."""
        return pathlib.Path(self.job.out) / ".attest-workers"

    def items(self, session: pytest.Session) -> list[pytest.Item]:
        """One for each case that is selected, in the order of the case host's list; told as collected."""
        cases = Cases.from_parent(session, name=NODE, nodeid=NODE, conformance=self)
        report = session.ihook.pytest_make_collect_report(collector=cases)
        session.ihook.pytest_collectreport(report=report)
        return list(report.result)

    def run(self, case_id: str) -> attest.CaseResult:
        """On this process's device, which is opened for the first case."""
        return self.runner.run(case_id)

    def leave_out(self, case_id: str, reason: str) -> None:
        """Somebody else's mark or fixture keeps it from being run."""
        self.runner.leave_out(case_id, reason)

    @property
    def runner(self) -> attest.CaseRunner:
        """Its record begins when it is first needed. Where it cannot, that is so for the whole session."""
        if self._broken is not None:
            raise self._broken
        if self._runner is None:
            try:
                self._runner = self._begin()
            except attest.Error as error:
                self._broken = error
                raise
        return self._runner

    def _begin(self) -> attest.CaseRunner:
        if not self.is_worker:
            return attest.CaseRunner(self.job, plan=self.plan)
        record = self.workers / f"{self.given['workerid']}.jsonl"
        return attest.CaseRunner(self.job, device=lease_of(self.config).number, record=record)

    def release(self) -> None:
        """Somebody else is about to open the device."""
        if self._runner is not None:
            self._runner.release()

    def end(self) -> None:
        """The record is complete; on a worker its part of it."""
        if self._runner is None or self._runner.over:
            return
        self.judgement = self._runner.end()
        if not self.is_worker:
            self.job.write_reports(self.judgement)

    def begin_workers(self) -> None:
        """Before the first of them starts."""
        self.job.prepare()
        self.job.prepare(marker=self.workers.name)  # of one that was killed before its parts were put together
        self.workers.mkdir()

    def merge(self) -> None:
        """The workers' parts become one record; they are no longer needed then."""
        parts = sorted(self.workers.glob("*.jsonl"))
        if parts:
            self.judgement = self.job.merge(parts, self.plan)
        shutil.rmtree(self.workers)


def bench_of(config: pytest.Config, device: str = "") -> attest.Bench:
    """That the options name; `device`: the one of several of that name."""
    get = config.getoption
    link = device or get("attest_link") or ""
    return attest.Bench(get("attest_bench"), link=link, profile=get("attest_profile"), settings=settings_of(config))


def settings_of(config: pytest.Config) -> dict[str, str]:
    """Single values of the profile."""
    return dict(one.partition("=")[::2] for one in config.getoption("attest_set"))


class Cases(pytest.Collector):
    """What all cases stand under. No file names them, so pytest does not come here by itself."""

    def __init__(self, *, conformance: Conformance, **kwargs: typing.Any) -> None:
        super().__init__(**kwargs)
        self.conformance = conformance

    def collect(self) -> list[pytest.Item]:
        """Nothing is asked of a device."""
        given = self.conformance
        return [CaseItem.from_parent(self, name=case.id, case=case, conformance=given) for case in given.job.cases]


class CaseItem(pytest.Item):
    """One conformance case."""

    def __init__(self, *, case: attest.Case, conformance: Conformance, **kwargs: typing.Any) -> None:
        super().__init__(**kwargs)
        self.case = case
        self.conformance = conformance
        self.verdict = "none"
        self.not_passed = self.was_run = False
        for name in marks_of(case):
            self.add_marker(name)
        self.user_properties += [("requirement", one) for one in case.requirements]

    def runtest(self) -> None:
        """Raises unless it passes."""
        self.was_run = True
        result = self.conformance.run(self.case.id)
        if not result.applicable:
            pytest.skip(result.reason)
        self.verdict = result.verdict
        self.not_passed = result.verdict != "pass"
        if self.not_passed:
            raise NotPassed

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: typing.Any = None) -> typing.Any:
        """A traceback says nothing of a bench."""
        if isinstance(excinfo.value, attest.Error):
            return f"{type(excinfo.value).__name__}: {excinfo.value}"
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[pathlib.Path, int | None, str]:
        """It is in no file."""
        return self.config.rootpath / NODE, 0, self.name


def shown(argument: object) -> str:
    """A command line may hold bytes that are no UTF-8."""
    return str(argument).encode("utf-8", "backslashreplace").decode()


def marks_of(case: attest.Case) -> list[str]:
    """Requirements, levels and command, for -m; all are registered."""
    return [*case.requirements, *case.levels, case.command, *(["quick"] if case.quick else [])]
