"""The pytest plugin, as a user meets it: each test is a pytest of its own in a folder of its own."""

from __future__ import annotations

import importlib.util
import json
import pathlib
import tempfile
import typing
import xml.etree.ElementTree

import pytest

import attest

Plugin = typing.Callable[..., pytest.RunResult]
HURRY = ("--attest", "--attest-hurry")


def result_of(folder: pathlib.Path) -> dict[str, typing.Any]:
    return json.loads((folder / "attest-out" / "result.json").read_text())  # type: ignore[no-any-return]


def test_without_attest_it_collects_and_asks_nothing(plugin: Plugin, pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_own(): pass")
    plugin().assert_outcomes(passed=1)
    assert not (pytester.path / "attest-out").exists()


def test_collecting_needs_no_device(plugin: Plugin, pytester: pytest.Pytester) -> None:
    said = plugin("--attest", "--collect-only", "-q", "--attest-link", "serial:/dev/nope")
    assert said.ret == 0
    cases = [line for line in said.outlines if line.startswith("attest::")]
    assert len(cases) == len(attest.Job().cases)
    said.stdout.fnmatch_lines([f"{len(cases)} tests collected*"])
    assert not (pytester.path / "attest-out").exists()


def test_cases_that_pass_leave_a_record_and_reports(plugin: Plugin, pytester: pytest.Pytester) -> None:
    said = plugin(*HURRY, "--attest-select", "GEN-01")
    count = len(attest.Job(select=["GEN-01"]).cases)
    said.assert_outcomes(passed=count)
    said.stdout.fnmatch_lines(["*= attest =*", "PASS: everything that ran passed*attest-out/*"])
    result = result_of(pytester.path)
    assert result["run"]["exit"] == 0 and {one["verdict"] for one in result["cases"]} == {"pass"}
    assert attest.Record(pytester.path / "attest-out").chain()["state"] == "whole"
    assert (pytester.path / "attest-out" / "junit.xml").exists()


def test_a_fail_is_failed_with_transcript_and_journal(plugin: Plugin) -> None:
    said = plugin(*HURRY, "--attest-select", "HttpClientMethod.IsTheOneOfOpt/PUT", "--attest-personality", "put-becomes-post")
    said.assert_outcomes(failed=1)
    said.stdout.fnmatch_lines([
        "fail: *", "HC-* fail: *", "    owed  *", "    got   *",
        "*- attest transcript -*", "* ms  > AT+HTTPCLIENT=4,*", "*- attest journal -*", "* ms  server head *",
        "FAIL: the device failed*", "FAILED attest::HttpClientMethod.IsTheOneOfOpt/PUT*"])


def test_a_requirement_that_fails_where_no_case_does_is_failed_by_itself(plugin: Plugin) -> None:
    said = plugin(*HURRY, "--attest-select", "HttpClientPostData", "--attest-personality", "size-in-brackets")
    assert said.ret == pytest.ExitCode.TESTS_FAILED
    said.assert_outcomes(passed=5, failed=1)
    said.stdout.fnmatch_lines(["*_ requirement/HC-10 _*", "HC-10, must: *", "deviation size-in-brackets: *"])


def test_inconc_is_an_outcome_of_its_own(plugin: Plugin, pytester: pytest.Pytester) -> None:
    """A bench without a name server cannot tell how a device resolves names."""
    with attest.VirtualBk7238(baud=0) as board:
        said = plugin("--attest", "--attest-select", "HttpClientHost.MayBeAName/InTheUrl", "--attest-link", board.link,
                      "--attest-profile", "virtual", "--junitxml", "junit.xml")
    assert said.ret == pytest.ExitCode.TESTS_FAILED
    assert said.parseoutcomes() == {"inconc": 1}
    said.stdout.fnmatch_lines(["attest I*", "*_ INCONC HttpClientHost.MayBeAName/InTheUrl _*", "inconc: *"])
    tree = xml.etree.ElementTree.parse(pytester.path / "junit.xml")
    assert [one.tag for one in tree.iterfind(".//testcase/*") if one.tag != "properties"] == ["error"]


def test_a_device_that_is_gone_blocks_and_fails_nothing(plugin: Plugin) -> None:
    said = plugin("--attest", "--attest-select", "GEN-14", "--attest-link", "serial:/dev/nope")
    assert said.ret == pytest.ExitCode.TESTS_FAILED
    assert set(said.parseoutcomes()) == {"blocked"}
    said.stdout.fnmatch_lines(["*_ BLOCKED *", "none: blocked by: open /dev/nope*", "NOT DECIDED: the bench failed*"])


def test_a_case_whose_host_dies_is_an_error(plugin: Plugin, pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import os, signal, subprocess, threading
        def kill():
            found = subprocess.run(["pgrep", "-P", str(os.getpid()), "attest-cases"], capture_output=True, text=True)
            if found.stdout:
                os.kill(int(found.stdout.split()[0]), signal.SIGKILL)
            else:
                threading.Timer(0.05, kill).start()
        def pytest_runtest_setup(item):
            threading.Timer(2.0, kill).start()
    """)
    said = plugin("--attest", "--attest-select", "HttpClientFailure.OfASilentServerIsErrorInTime")
    assert said.parseoutcomes() == {"errors": 1}
    said.stdout.fnmatch_lines(["error: the case host ended in the middle of the case: killed by SIGKILL*",
                               "ERROR attest::HttpClientFailure.OfASilentServerIsErrorInTime*"])


def test_what_does_not_apply_is_skipped_and_nothing_but_that_is_not_green(plugin: Plugin) -> None:
    said = plugin(*HURRY, "--attest-select", "OTA", "-k", "Download", "--attest-set", "claims.commands=['HTTPCLIENT']", "-rs")
    said.stdout.fnmatch_lines(["SKIPPED*not applicable*claims.commands*"])
    assert said.parseoutcomes().keys() == {"skipped", "deselected"}
    assert said.ret == pytest.ExitCode.TESTS_FAILED


def test_markers_choose_by_requirement_level_and_command(plugin: Plugin) -> None:
    for mark, word in (("HC-11", "requirement:HC-11"), ("measure", "level:measure"), ("HTTPGETSIZE", "command:HTTPGETSIZE")):
        said = plugin("--attest", "--collect-only", "-q", "-m", mark, "--strict-markers")
        ids = {line.removeprefix("attest::") for line in said.outlines if line.startswith("attest::")}
        assert ids == {case.id for case in attest.Job(select=[word]).cases}, mark
    said = plugin("--attest", "--collect-only", "-q", "-m", "quick and not HTTPCLIENT", "-k", "not Smart")
    assert said.ret == 0 and not any("HttpClient" in line or "Smart" in line for line in said.outlines)


def test_junit_has_each_case_once_with_its_requirements(plugin: Plugin, pytester: pytest.Pytester) -> None:
    plugin(*HURRY, "--attest-select", "HttpClientMethod", "--attest-personality", "put-becomes-post", "--junitxml", "junit.xml")
    suite = xml.etree.ElementTree.parse(pytester.path / "junit.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("5", "1", "0", "0")
    of = {one.get("name"): {each.get("value") for each in one.iterfind("properties/property[@name='requirement']")}
          for one in suite.iterfind("testcase")}
    assert of == {case.id: set(case.requirements) for case in attest.Job(select=["HttpClientMethod"]).cases}
    (failed,) = [one for one in suite.iterfind("testcase") if one.find("failure") is not None]
    assert failed.get("name") == "HttpClientMethod.IsTheOneOfOpt/PUT"


@pytest.mark.parametrize(
    ("arguments", "tells"),
    [
        (["--attest-select", "HTTPCLIEN"], "*did you mean 'HTTPCLIENT'*"),
        (["--attest-link", "nonsense"], "*attest: *"),
        (["--attest-bench", "nowhere.toml"], "*nowhere.toml*"),
        (["--attest-personality", "put-sent-as-post"], "*did you mean 'put-becomes-post'*"),
        (["--attest-set", "deadlines.netwrk=1s"], "*deadlines.network*"),
        (["--attest-profile", "bk7239"], "*bk7238*"),
        (["--attest-seed", "-1"], "*--attest-seed*-1*"),
        (["--attest-out", ""], "*no folder is named*"),
        (["--attest-out", "/etc/passwd"], "*/etc/passwd*"),
        (["--attest-out", "/etc/passwd", "-n", "2"], "*/etc/passwd*"),
    ],
)
def test_wrong_options_are_one_line_that_says_what_to_do(plugin: Plugin, arguments: list[str], tells: str) -> None:
    said = plugin("--attest", *arguments)
    assert said.ret == pytest.ExitCode.USAGE_ERROR
    said.stderr.fnmatch_lines([tells])
    assert "Traceback" not in said.stderr.str()


def test_a_session_that_ends_early_is_a_run_that_was_stopped(plugin: Plugin, pytester: pytest.Pytester) -> None:
    plugin(*HURRY, "-x", "--attest-select", "HttpClientMethod", "--attest-personality", "put-becomes-post")
    result = result_of(pytester.path)
    assert result["run"]["exit"] == 4 and "none" in {one["verdict"] for one in result["cases"]}


SKIPS = """
import pytest
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if "PUT" in item.name:
            item.add_marker(pytest.mark.skip(reason="not today"))
"""


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_case_that_somebody_skips_is_skipped_and_nothing_was_stopped(
    plugin: Plugin, pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    pytester.makeconftest(SKIPS)
    said = plugin(*HURRY, "--attest-select", "HttpClientMethod", *workers)
    said.assert_outcomes(passed=4, skipped=1)
    assert said.ret == 0
    (skipped,) = [one for one in result_of(pytester.path)["cases"] if one["verdict"] == "none"]
    assert skipped["reason"].endswith("not today")


def test_what_breaks_around_a_case_is_told_beside_it(plugin: Plugin, pytester: pytest.Pytester) -> None:
    pytester.makeconftest("def pytest_runtest_teardown(item, nextitem):\n    raise RuntimeError('teardown broke')\n")
    said = plugin(*HURRY, "--attest-select", "HttpClientMethod.IsTheOneOfOpt/PUT", "--attest-personality", "put-becomes-post")
    assert said.parseoutcomes() == {"failed": 1, "errors": 1}


def test_the_folder_that_one_stands_in_is_never_moved(plugin: Plugin, pytester: pytest.Pytester) -> None:
    (pytester.path / "mine").mkdir()
    (pytester.path / "workers").mkdir()
    plugin(*HURRY, "--attest-select", "GEN-14", "--attest-out", ".").assert_outcomes(passed=len(attest.Job(select=["GEN-14"]).cases))
    for workers in ((), ("-n", "2")):
        said = plugin(*HURRY, "--attest-select", "GEN-14", "--attest-out", ".", *workers)
        assert said.ret == pytest.ExitCode.USAGE_ERROR
        said.stderr.fnmatch_lines(["*the current folder is in it*"])
    assert (pytester.path / "mine").exists() and (pytester.path / "workers").exists()


@pytest.mark.parametrize("arguments", [(), ("--attest", "--attest-hurry", "--attest-select", "GEN-14")])
def test_workers_that_are_named_and_not_used_are_none(plugin: Plugin, pytester: pytest.Pytester, arguments: tuple[str, ...]) -> None:
    pytester.makepyfile("def test_own(): pass")
    said = plugin(*arguments, "--tx", "2*popen")
    assert said.ret == 0 and set(said.parseoutcomes()) == {"passed"}


FIXTURES = """
import attest, pytest

def test_dut(dut, http_server):
    page = http_server.add(b"hello")
    line = attest.command_line("HTTPCLIENT", 2, 0, page.url, "", "", 1)
    assert dut.command(line).expect().payload == b"hello"
    assert page.wait_for(timeout=5)

def test_bench(attest_bench):
    assert attest_bench.is_virtual and attest_bench.profile["deadlines"]["network"] == "9s"

def test_ble(dut, ble):
    assert ble.provision(dut, "attest", "attest-password").told

@pytest.mark.virtual_bk7238(personalities=["size-in-brackets"], baud=0)
def test_faulty(virtual_bk7238, dut, http_server):
    page = http_server.add(b"hello")
    assert dut.link == virtual_bk7238.link
    assert dut.command(attest.command_line("HTTPCLIENT", 2, 0, page.url, "", "", 1)).deviations

def test_fails(dut):
    dut.command("AT+NOPE").expect()
"""


def test_fixtures_serve_tests_of_ones_own(plugin: Plugin, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FIXTURES)
    said = plugin("--attest-set", "deadlines.network=9s", "--strict-markers")
    said.assert_outcomes(passed=4, failed=1)
    said.stdout.fnmatch_lines(["*- attest exchanges -*", '<Exchange * "AT+NOPE*ERROR*'])


def test_cases_and_ones_own_tests_take_turns_on_one_device(plugin: Plugin, pytester: pytest.Pytester) -> None:
    """A port is locked by who has it: the cases let go of it for a fixture, and take it again."""
    pytester.makepyfile(test_own="def test_it(dut):\n    assert dut.command('AT').ok\n")
    pytester.makeconftest("""
        import pytest
        @pytest.hookimpl(trylast=True)
        def pytest_collection_modifyitems(items):
            own = [item for item in items if "test_own" in item.nodeid]
            items[:] = [item for item in items if item not in own]
            items[1:1] = own
    """)
    with attest.VirtualBk7238(baud=0) as board:
        said = plugin("--attest", "--attest-link", board.link, "--attest-profile", "virtual", "--attest-select",
                      "Echo.ComesBackUnchangedOnlyWhereItIsOn", "--attest-select", "Echo.IsOfTheWholeLine")
    said.assert_outcomes(passed=3)


needs_xdist = pytest.mark.skipif(importlib.util.find_spec("xdist") is None, reason="there is no pytest-xdist")


@needs_xdist
def test_xdists_workers_have_devices_of_their_own_and_leave_one_record(plugin: Plugin, pytester: pytest.Pytester) -> None:
    said = plugin(*HURRY, "-n", "3", "--attest-select", "GEN-01", "--attest-select", "HttpClientMethod", "--attest-seed", "5")
    ids = {case.id for case in attest.Job(select=["GEN-01", "HttpClientMethod"]).cases}
    said.assert_outcomes(passed=len(ids))
    said.stdout.fnmatch_lines(["PASS: everything that ran passed*seed 5*"])
    out = pytester.path / "attest-out"
    assert sorted(one.name for one in out.iterdir()) == ["junit.xml", "record.jsonl", "result.json"]
    record = attest.Record(out)
    assert record.chain()["state"] == "whole"
    judgement = record.judge()
    assert {case.id: case.verdict for case in judgement.cases} == dict.fromkeys(ids, "pass")
    assert {attempt.device for case in judgement.cases for attempt in case.attempts} == {"dut0", "dut1", "dut2"}
    links = [event.fields["link"] for event in record if event.type == "device"]
    assert len(links) == len(set(links)) == 3
    assert record.judge_again(out=pytester.path / "again").exit_code == 0


@needs_xdist
def test_a_session_of_workers_that_ends_early_is_a_run_that_was_stopped(plugin: Plugin, pytester: pytest.Pytester) -> None:
    said = plugin(*HURRY, "-n", "2", "-x", "--attest-select", "HTTPCLIENT", "--attest-personality", "get-becomes-post")
    result = result_of(pytester.path)
    verdicts = [one["verdict"] for one in result["cases"]]
    assert said.ret not in (0, 5) and result["run"]["exit"] == 4 and "none" in verdicts and "fail" in verdicts
    assert attest.Record(pytester.path / "attest-out").chain()["state"] == "whole"


@needs_xdist
def test_a_worker_that_dies_loses_no_verdict_and_its_device_goes_to_the_next(plugin: Plugin, pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import os
        def pytest_configure(config):
            if getattr(config, "workerinput", {}).get("workerid") == "gw0":
                config.pluginmanager.register(Dies())
        class Dies:
            def pytest_runtest_logfinish(self, nodeid):
                if "HTTPGETSIZE" in nodeid:
                    os.kill(os.getpid(), 9)
    """)
    said = plugin(*HURRY, "-n", "1", "--attest-select", "GEN-01")
    assert said.ret != 0
    verdicts = {one["id"]: one["verdict"] for one in result_of(pytester.path)["cases"]}
    assert set(verdicts.values()) <= {"pass", "none", "error"} and list(verdicts.values()).count("pass") >= 5


@needs_xdist
def test_a_device_is_never_shared(plugin: Plugin, pytester: pytest.Pytester) -> None:
    said = plugin("--attest", "-n", "2", "--attest-link", "serial:/dev/nope", "--attest-select", "GEN-14")
    assert said.ret == pytest.ExitCode.USAGE_ERROR
    said.stderr.fnmatch_lines(["*2 workers are too many for bench*it has 1, and a device is never shared: -n 1*"])
    said = plugin("--attest", "--tx", "3*popen", "--dist", "load", "--attest-link", "serial:/dev/nope")
    assert said.ret == pytest.ExitCode.USAGE_ERROR


@needs_xdist
def test_workers_take_the_devices_of_a_bench_file(plugin: Plugin, pytester: pytest.Pytester) -> None:
    """Real links here, as boards would have them: each can be opened once."""
    with attest.VirtualBk7238(baud=0) as left, attest.VirtualBk7238(baud=0) as right:
        (pytester.path / "rack.toml").write_text("".join(
            f'[[device]]\nname = "{name}"\nlink = "{board.link}"\n' for name, board in (("left", left), ("right", right))))
        said = plugin("--attest", "-n", "2", "--attest-bench", "rack.toml", "--attest-profile", "virtual",
                      "--attest-select", "Echo", "--attest-select", "CommandLine.MatchesTheNameWhole/*")
        assert set(said.parseoutcomes()) == {"passed"}, said.stdout.str()
        record = attest.Record(pytester.path / "attest-out")
        links = {event.fields["device"]: event.fields["link"] for event in record if event.type == "device"}
    assert links == {"left": left.link, "right": right.link}


@needs_xdist
def test_a_bench_file_of_a_virtual_device_has_as_many_as_are_asked_for(plugin: Plugin, pytester: pytest.Pytester) -> None:
    (pytester.path / "desk.toml").write_text('name = "desk"\n[device]\nlink = "virtual"\n')
    pytester.makepyfile("import pytest\n@pytest.mark.parametrize('n', range(4))\ndef test_it(dut, n):\n    assert dut.command('AT').ok\n")
    said = plugin(*HURRY, "-n", "2", "--attest-bench", "desk.toml", "--attest-select", "GEN-01")
    assert set(said.parseoutcomes()) == {"passed"}, said.stdout.str()


@needs_xdist
def test_fixtures_have_the_workers_own_device(plugin: Plugin, pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pathlib, pytest, time
        @pytest.mark.parametrize("n", range(6))
        def test_it(dut, attest_bench, n):
            assert dut.command("AT").ok and dut.link == attest_bench.link
            pathlib.Path(f"{n}.txt").write_text(dut.link)
            time.sleep(0.2)
    """)
    with attest.VirtualBk7238(baud=0) as left, attest.VirtualBk7238(baud=0) as right:
        (pytester.path / "rack.toml").write_text("".join(
            f'[[device]]\nname = "{name}"\nlink = "{board.link}"\n' for name, board in (("left", left), ("right", right))))
        plugin("-n", "2", "--attest-bench", "rack.toml", "--attest-profile", "virtual").assert_outcomes(passed=6)
        plugin("--attest-bench", "rack.toml", "--attest-profile", "virtual").assert_outcomes(passed=6)
    assert list(pathlib.Path(tempfile.gettempdir()).glob("attest-leases-*")) == []
