"""pytest's plugin: `pytest --attest` runs the conformance cases; its fixtures are for tests of one's own.

A case that fails is `failed`. One that could not be decided is `inconc`, one that broke is `error`, one whose device
was gone is `blocked`: words of their own, because none of them says that the device is wrong. None of them passes.
"""

from __future__ import annotations

import collections.abc
import typing

import pytest

import attest
from attest._conformance import NODE, CaseItem, Conformance, bench_of, marks_of, too_many

CONFORMANCE = pytest.StashKey[Conformance]()
EXCHANGES = pytest.StashKey[list[str]]()

#: Verdicts that are neither pass nor fail: pytest's category, its letter, its word.
OWN_OUTCOMES = {
    "inconc": ("inconc", "I", "INCONC"),
    "error": ("error", "E", "ERROR"),
    "none": ("blocked", "B", "BLOCKED"),
}
SHOWN_EXCHANGES = 20


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("attest", "conformance of a BK7238's AT firmware")
    add = group.addoption
    add("--attest", action="store_true", help="collect the conformance cases, too")
    add("--attest-select", action="append", default=[], metavar="WORD",
        help="only cases that fit: by case, suite, requirement, command or level (globs), or `quick`")
    add("--attest-exclude", action="append", default=[], metavar="WORD", help="not the cases that fit")
    add("--attest-quick", action="store_true", help="the smoke: a few cases of each command")
    add("--attest-link", metavar="LINK", help="serial:/dev/ttyUSB0?baud=115200, tcp://host:port or virtual (default)")
    add("--attest-bench", metavar="FILE", help="bench file (TOML): devices, profile, and what there is around them")
    add("--attest-profile", metavar="PROFILE", help="a shipped profile's name or a file")
    add("--attest-set", action="append", default=[], metavar="KEY=VALUE", help="one value of the profile")
    add("--attest-out", default="attest-out", metavar="FOLDER", help="for record and reports (default: %(default)s)")
    add("--attest-seed", type=int, metavar="N", help="repeats the random data of an earlier run")
    add("--attest-hurry", action="store_true", help="short times on both sides of a virtual device")
    add("--attest-personality", action="append", default=[], metavar="NAME", help="a fault of the virtual device")
    add("--attest-habit", action="append", default=[], metavar="NAME", help="a legal oddity of the virtual device")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "virtual_bk7238(**arguments): what the fixture of that name is started with")
    if not config.getoption("attest"):
        return
    try:
        conformance = Conformance(config)
        if is_controller(config):
            refuse_sharing(config, conformance)
    except attest.Error as error:
        raise pytest.UsageError(f"attest: {error}") from error
    config.stash[CONFORMANCE] = conformance
    for name in sorted({name for case in conformance.job.cases for name in marks_of(case)}):
        config.addinivalue_line("markers", f"{name}: conformance cases of that requirement, level or command")


def is_controller(config: pytest.Config) -> bool:
    """Of xdist: its workers run the tests."""
    return not hasattr(config, "workerinput") and bool(getattr(config.option, "tx", None))


def refuse_sharing(config: pytest.Config, conformance: Conformance) -> None:
    """Before anything starts."""
    wanted, bench = len(config.option.tx), conformance.bench
    if not bench.is_virtual and wanted > len(bench.devices):
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


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> collections.abc.Generator[None, typing.Any, None]:
    report: pytest.TestReport = (yield).get_result()
    if isinstance(item, CaseItem) and item.ran is not None and call.when == "call":
        tell_of_case(report, item.ran, "P" in item.config.getoption("reportchars"))
    elif report.failed and (exchanges := item.stash.get(EXCHANGES, list[str]())):
        report.sections.append(("attest exchanges", "\n".join(exchanges[-SHOWN_EXCHANGES:])))


def tell_of_case(report: pytest.TestReport, ran: attest.Ran, passed_too: bool) -> None:
    """What was seen of it; and where it is not the device that failed, an outcome that says so."""
    verdict = ran.result.verdict
    if verdict in OWN_OUTCOMES and report.failed:
        report.when = "case"  # not the call: JUnit writes an error then, and no failure
        report.attest_verdict = verdict  # type: ignore[attr-defined]
    if report.failed or passed_too:
        report.sections += [(f"attest {name}", text)
                            for name, text in (("transcript", ran.transcript), ("journal", ran.journal)) if text]


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    return OWN_OUTCOMES.get(getattr(report, "attest_verdict", ""))


class Controller:
    """xdist's side that runs nothing itself: hands out what all workers need, and puts their parts together."""

    def __init__(self, conformance: Conformance) -> None:
        self.conformance = conformance
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
        session.config.pluginmanager.getplugin("dsession").nodemanager.teardown_nodes()
        self.conformance.merge()
        conclude(session, self.conformance)


def pytest_sessionstart(session: pytest.Session) -> None:
    config = session.config
    conformance = config.stash.get(CONFORMANCE, None)
    if conformance is not None and is_controller(config) and not config.option.collectonly:
        config.pluginmanager.register(Controller(conformance), "attest-controller")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    conformance = session.config.stash.get(CONFORMANCE, None)
    if conformance is None or is_controller(session.config):
        return
    conformance.end()
    if not conformance.is_worker:
        conclude(session, conformance)


def conclude(session: pytest.Session, conformance: Conformance) -> None:
    """What is known only now: a requirement can fail where no single case does, and nothing may have passed at all."""
    judgement = conformance.judgement
    if judgement is None:
        return
    failed = {case.id for case in judgement.cases if case.verdict == "fail"}
    for requirement in judgement.requirements:
        if requirement.verdict == "fail" and failed.isdisjoint(requirement.cases):
            session.ihook.pytest_runtest_logreport(report=report_of(requirement, judgement))
    if judgement.exit_code != 0 and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def report_of(requirement: attest.RequirementResult, judgement: attest.Judgement) -> pytest.TestReport:
    """Of one that was broken in cases that are not about it."""
    lines = [f"{requirement.id}, {requirement.level}: {requirement.statement}"]
    for one in judgement.deviations:
        if one.requirement == requirement.id:
            lines += [f"deviation {one.id}: {one.summary}", *(f"    got   {bytes_}" for bytes_ in one.evidence)]
            lines += [f"    in    {len(one.cases)} cases, {one.count} times"]
    name = f"requirement/{requirement.id}"
    return pytest.TestReport(nodeid=f"{NODE}::{name}", location=(NODE, None, name), keywords={}, outcome="failed",
                             longrepr="\n".join(lines), when="call",
                             user_properties=[("requirement", requirement.id)])


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
    """The bench that --attest-bench, --attest-link and --attest-profile name; the virtual one without them."""
    return bench_of(request.config)


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
        return board.bench(settings=dict(one.partition("=")[::2] for one in request.config.getoption("attest_set")))
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
