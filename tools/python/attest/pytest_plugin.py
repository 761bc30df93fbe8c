"""pytest's plugin: `pytest --attest` runs the conformance cases; its fixtures are for tests of one's own.

A case that fails is `failed`. One that could not be decided is `inconc`, one that broke is `error`, one whose device
was gone is `blocked`: words of their own, because none of them says that the device is wrong. None of them passes. What is
not a pass is told when the record ends (see _verdicts.py).
"""

from __future__ import annotations

import collections.abc
import contextlib
import shutil
import typing

import pytest
from _pytest.runner import runtestprotocol  # what plugins that have reports of their own use

import attest
from attest._conformance import NODE, CaseItem, Conformance, lease_of, leases, marks_of, settings_of, too_many
from attest._verdicts import final_reports, provisional, status_of

CONFORMANCE = pytest.StashKey[Conformance]()
EXCHANGES = pytest.StashKey[list[str]]()
TELLER = pytest.StashKey["Teller"]()

SHOWN_EXCHANGES = 20


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("attest", "conformance of a BK7238's AT firmware")
    add = group.addoption
    add("--attest", action="store_true", help="collect the conformance cases, too")
    add("--attest-select", action="append", default=[], metavar="WORD",
        help="only cases that fit: by case, suite, requirement, command or level (globs), or `quick`")
    add("--attest-exclude", action="append", default=[], metavar="WORD", help="not the cases that fit")
    add("--attest-quick", action="store_true", help="the smoke: a few cases of each command")
    add("--attest-link", metavar="LINK", help="serial:/dev/ttyUSB0?baud=115200, tcp://host:port, virtual (default), or a device's name in the bench file")
    add("--attest-bench", metavar="FILE", help="bench file (TOML): devices, profile, and what there is around them")
    add("--attest-profile", metavar="PROFILE", help="a shipped profile's name or a file")
    add("--attest-set", action="append", default=[], metavar="KEY=VALUE", help="one value of the profile")
    add("--attest-out", default="attest-out", metavar="FOLDER", help="for record and reports (default: %(default)s)")
    add("--attest-seed", type=seed_from, metavar="N", help="repeats the random data of an earlier run")
    add("--attest-hurry", action="store_true", help="short times on both sides of a virtual device")
    add("--attest-personality", action="append", default=[], metavar="NAME", help="a fault of the virtual device")
    add("--attest-habit", action="append", default=[], metavar="NAME", help="a legal oddity of the virtual device")


def seed_from(text: str) -> int:
    """Raises what argparse makes one line of."""
    seed = int(text)
    if not 0 <= seed < 2**64:
        raise ValueError(text)
    return seed


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "virtual_bk7238(**arguments): what the fixture of that name is started with")
    if not config.getoption("attest"):
        return
    with usage_errors():
        conformance = Conformance(config)
        if is_controller(config):
            refuse_sharing(config, conformance.bench)
    config.stash[CONFORMANCE] = conformance
    for name in sorted({name for case in conformance.job.cases for name in marks_of(case)}):
        config.addinivalue_line("markers", f"{name}: conformance cases of that requirement, level or command")


def is_controller(config: pytest.Config) -> bool:
    """Of xdist: its workers run the tests."""
    distributes = getattr(config.option, "dist", "no") != "no" and bool(getattr(config.option, "tx", None))
    return distributes and not hasattr(config, "workerinput")


def refuse_sharing(config: pytest.Config, bench: attest.Bench) -> None:
    """Before anything starts."""
    from xdist.workermanage import parse_spec_config  # type: ignore[import]  # where there is a controller, it is there

    wanted = len(parse_spec_config(config))
    as_many_as_asked_for = bench.is_virtual and len(bench.devices) == 1
    if not as_many_as_asked_for and wanted > len(bench.devices):
        raise attest.UsageError(f"{wanted} workers are too many for bench {bench.name}", too_many(bench))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Before -k and -m choose among them."""
    conformance = config.stash.get(CONFORMANCE, None)
    if conformance is not None:
        items += conformance.items(session)


def pytest_collection_finish(session: pytest.Session) -> None:
    conformance = session.config.stash.get(CONFORMANCE, None)
    if conformance is not None:
        conformance.plan = [item.case.id for item in session.items if isinstance(item, CaseItem)]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Of a case: told at once where it passes, and only shown where it does not."""
    if not isinstance(item, CaseItem):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, nextitem=nextitem, log=False)
    if not item.was_run:
        item.conformance.leave_out(item.case.id, next((why_of(report) for report in reports if not report.passed), "left out"))
    if item.not_passed:
        broken = [report for report in reports if report.failed and report.when != "call"]
        reports = [provisional(item, item.verdict, sum(report.duration for report in reports)), *broken]
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def why_of(report: pytest.TestReport) -> str:
    """A line, of a test that was skipped or that broke before it began."""
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.strip().splitlines()[-1] if text.strip() else report.outcome


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> collections.abc.Generator[None, typing.Any, None]:
    report: pytest.TestReport = (yield).get_result()
    if report.failed and (exchanges := item.stash.get(EXCHANGES, list[str]())):
        report.sections.append(("attest exchanges", "\n".join(exchanges[-SHOWN_EXCHANGES:])))


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    return status_of(report)


class Teller:
    """What was told of each case so far: in the process that reports, with xdist its controller."""

    def __init__(self, session: pytest.Session, conformance: Conformance) -> None:
        self.session = session
        self.conformance = conformance
        self.told: dict[str, str] = {}  # by id; of a case that is only shown: nothing
        self.not_passed = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keeps count, also for -x and --maxfail."""
        node, _, case = report.nodeid.partition("::")
        if node != NODE:
            return
        if hasattr(report, "attest_provisional"):
            self.told[case] = ""
            self.not_passed += 1
            self.stop_at_limit()
        elif report.when == "call" and not hasattr(report, "attest_verdict"):
            self.told[case] = "pass" if report.passed else "none"

    def stop_at_limit(self) -> None:
        """As pytest does where a failure is told at once."""
        most = self.session.config.getoption("maxfail")
        if most and self.session.testsfailed + self.not_passed >= most:
            why = f"stopping after {most} failures"
            controller = self.session.config.pluginmanager.getplugin("dsession")
            if controller is None:
                self.session.shouldfail = why
            else:
                controller.shouldstop = why

    def conclude(self) -> None:
        """The record is whole: what it comes to is told now, and nothing that did not pass leaves a green session."""
        judgement = self.conformance.judgement
        if judgement is not None:
            record = attest.Record(self.conformance.job.out)
            for report in final_reports(judgement, record, self.told):
                self.session.ihook.pytest_runtest_logreport(report=report)
        green = judgement.exit_code == 0 if judgement is not None else self.not_passed == 0
        if not green and self.session.exitstatus == pytest.ExitCode.OK:
            self.session.exitstatus = pytest.ExitCode.TESTS_FAILED


class Controller:
    """xdist's side that runs nothing itself: hands out what all workers need, and puts their parts together."""

    def __init__(self, conformance: Conformance, teller: Teller) -> None:
        self.conformance = conformance
        self.teller = teller
        conformance.begin_workers()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: typing.Any) -> None:
        """A worker is about to start."""
        node.workerinput["attest_seed"] = self.conformance.job.seed
        node.workerinput["attest_out"] = self.conformance.job.out

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: typing.Any, ids: list[str]) -> None:
        """All collect the same."""
        prefix = f"{NODE}::"
        self.conformance.plan = [one.removeprefix(prefix) for one in ids if one.startswith(prefix)]

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """When all workers have ended; those of a session that was stopped are ended now."""
        end_workers(session.config)
        self.conformance.merge()
        self.teller.conclude()


def pytest_sessionstart(session: pytest.Session) -> None:
    config = session.config
    conformance = config.stash.get(CONFORMANCE, None)
    if conformance is None or conformance.is_worker or config.option.collectonly:
        return
    teller = Teller(session, conformance)
    config.stash[TELLER] = teller
    config.pluginmanager.register(teller, "attest-teller")
    if is_controller(config):
        with usage_errors():
            config.pluginmanager.register(Controller(conformance, teller), "attest-controller")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """A folder that cannot be had is told once, and not by each case."""
    config = session.config
    conformance = config.stash.get(CONFORMANCE, None)
    if conformance is None or conformance.is_worker or is_controller(config) or config.option.collectonly:
        return
    if conformance.plan:
        with usage_errors():
            _ = conformance.runner


@contextlib.contextmanager
def usage_errors() -> collections.abc.Iterator[None]:
    """What the harness says of options, as pytest says it."""
    try:
        yield
    except attest.Error as error:
        raise pytest.UsageError(f"attest: {error}") from error


def end_workers(config: pytest.Config) -> None:
    """Those of a session that was stopped may still run; with them goes what their locks were in."""
    nodes = getattr(config.pluginmanager.getplugin("dsession"), "nodemanager", None)
    if nodes is not None:  # else it has not come so far
        nodes.teardown_nodes()
        shutil.rmtree(leases(nodes.testrunuid), ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    conformance = config.stash.get(CONFORMANCE, None)
    if is_controller(config):
        if conformance is None and not config.option.collectonly:
            end_workers(config)
        return
    if conformance is None:
        return
    conformance.end()
    if teller := config.stash.get(TELLER, None):
        teller.conclude()


def pytest_terminal_summary(terminalreporter: typing.Any, config: pytest.Config) -> None:
    for category in ("inconc", "blocked"):
        for report in terminalreporter.getreports(category):
            terminalreporter.write_sep("_", f"{category.upper()} {report.head_line}", yellow=True, bold=True)
            terminalreporter._outrep_summary(report)
    conformance = config.stash.get(CONFORMANCE, None)
    if conformance is not None and conformance.judgement is not None and not conformance.is_worker:
        terminalreporter.write_sep("=", "attest")
        terminalreporter.write_line(conformance.job.summary(conformance.judgement).rstrip())


@pytest.fixture(scope="session")
def attest_bench(request: pytest.FixtureRequest) -> attest.Bench:
    """The bench that --attest-bench, --attest-link and --attest-profile name; the virtual one without them.

    Of several devices it has one: that of this worker of pytest-xdist, or the first.
    """
    return lease_of(request.config).bench


@pytest.fixture
def virtual_bk7238(request: pytest.FixtureRequest) -> collections.abc.Iterator[attest.VirtualBk7238]:
    """A virtual BK7238 of this test's own; `@pytest.mark.virtual_bk7238(personalities=[…])` says what it is like.

    Where the test has the fixture `ble` too, the network "attest" with the password "attest-password" is in its air.
    """
    mark = request.node.get_closest_marker("virtual_bk7238")
    arguments: dict[str, typing.Any] = {
        "personalities": request.config.getoption("attest_personality"),
        "habits": request.config.getoption("attest_habit"),
    }
    if "ble" in request.fixturenames:
        arguments["networks"] = {"attest": "attest-password"}
    arguments |= mark.kwargs if mark else {}
    with attest.VirtualBk7238(**arguments) as board:
        yield board


@pytest.fixture
def _device_bench(request: pytest.FixtureRequest, attest_bench: attest.Bench) -> attest.Bench:
    """The bench with its device at hand: the virtual one started, a real one let go of by the conformance cases."""
    if attest_bench.is_virtual:
        board: attest.VirtualBk7238 = request.getfixturevalue("virtual_bk7238")
        return board.bench(settings=settings_of(request.config))
    conformance = request.config.stash.get(CONFORMANCE, None)
    if conformance is not None:
        conformance.release()
    return attest_bench


@pytest.fixture
def dut(request: pytest.FixtureRequest, _device_bench: attest.Bench) -> collections.abc.Iterator[attest.Dut]:
    """The bench's device, awake. Where a test fails, its last exchanges are shown."""
    exchanges: list[str] = request.node.stash.setdefault(EXCHANGES, [])
    with attest.Dut(bench=_device_bench, on_exchange=lambda exchange: exchanges.append(repr(exchange))) as device:
        yield device


@pytest.fixture
def http_server(_device_bench: attest.Bench) -> collections.abc.Iterator[attest.HttpServer]:
    """An HTTP server where the bench says that the device can reach it."""
    bench = _device_bench
    with attest.HttpServer(listen=bench.listen, advertise=bench.advertise, port=bench.http_port) as server:
        yield server


@pytest.fixture
def ble(_device_bench: attest.Bench) -> attest.Phone:
    """The bench's phone; the test is skipped, with the reason, where it has no BLE."""
    phone = attest.Phone(_device_bench)
    if hindered := phone.hindered("ble"):
        pytest.skip(hindered)
    return phone
