"""Runs and records: events as they happen, the same judgements as the command line, comparisons and decisions."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess

import pytest

import attest


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> attest.Record:
    """A short run of a correct device."""
    out = tmp_path_factory.mktemp("finished") / "run"
    attest.Run(attest.Job(select=["GEN-01", "HC-51"], out=out, seed=7, hurry=True)).result()
    return attest.Record(out)


def attest_program(*arguments: object) -> subprocess.CompletedProcess[str]:
    program = pathlib.Path(attest.programs()) / "attest"
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=120)


def test_events_come_while_it_runs_and_the_judgement_at_its_end(tmp_path: pathlib.Path) -> None:
    job = attest.Job(select=["GEN-01"], out=tmp_path / "run", seed=1, hurry=True)
    begun, over_at_first = [], None
    with attest.Run(job) as run:
        for event in run:
            if event.type == "case.begin":
                over_at_first = run.over if over_at_first is None else over_at_first
                begun.append(event.fields["case"])
        judgement = run.result()
    assert over_at_first is False and run.over
    assert sorted(begun) == sorted(case.id for case in job.cases)
    assert (judgement.exit_code, judgement.counts["pass"]) == (0, len(begun))
    assert judgement.to_dict()["run"]["exit"] == 0
    assert (tmp_path / "run" / "result.json").exists() and (tmp_path / "run" / "junit.xml").exists()


def test_a_run_that_is_left_is_stopped_in_order(tmp_path: pathlib.Path) -> None:
    with attest.Run(attest.Job(select=["GEN-01", "OTA"], out=tmp_path / "run")) as run:
        next(event for event in run if event.type == "case.begin")
    assert run.over and run.result().exit_code == 4
    assert attest.Record(tmp_path / "run").chain()["state"] == "whole"


def test_a_record_reads_and_judges_as_the_command_line_does(finished: attest.Record) -> None:
    events = list(finished)
    assert (events[0].type, events[-1].type) == ("run.begin", "run.end")
    sent = b"".join(event.bytes() or b"" for event in events if event.type == "tx")
    assert b"AT+GMR\r\n" in sent
    said = attest_program("judge", "--as-recorded", "--json", finished.path)
    told = json.loads(said.stdout)
    del told["judged"]
    assert finished.judge().to_dict() == told


def test_a_record_is_judged_again_without_a_device(finished: attest.Record, tmp_path: pathlib.Path) -> None:
    again = finished.judge_again(out=tmp_path / "again")
    assert {case.id: case.verdict for case in again.cases} == {c.id: c.verdict for c in finished.judge().cases}


def test_a_release_is_decided_as_by_the_command_line(finished: attest.Record) -> None:
    decision = finished.gate(policy="release", baseline=finished, date="2026-01-31")
    said = attest_program("gate", finished.path, "--policy", "release", "--baseline", finished.path,
                          "--date", "2026-01-31", "--json")
    assert decision.to_dict() == json.loads(said.stdout)
    assert decision.outcome == "no go" and "virtual-device" in {reason.word for reason in decision.reasons if reason.stops}
    assert str(decision).strip()


def test_measurements_are_compared(finished: attest.Record) -> None:
    compared = finished.compare(finished)
    assert compared and all(one.numbers.shift == 0 for one in compared)
    numbers = attest.compare_samples([1.0] * 10 + [1.1] * 10, [2.0] * 10 + [2.1] * 10)
    assert numbers is not None and numbers.interval[0] <= numbers.shift <= numbers.interval[1] and numbers.p < 0.001
    assert attest.compare_samples([1.0], [2.0]) is None
    rows = {row["command"]: row for row in finished.latencies() if row["ending"] == "OK"}
    assert {"AT", "HTTPCLIENT"} <= set(rows) and min(rows["HTTPCLIENT"]["total_ns"]) > 0


def test_a_case_runner_runs_what_it_is_asked_for(tmp_path: pathlib.Path) -> None:
    job = attest.Job(select=["GEN-01"], out=tmp_path / "run", hurry=True)
    ids = [case.id for case in job.cases]
    runner = attest.CaseRunner(job, plan=ids)
    ran = runner.run(ids[1])
    assert ran.verdict == "pass"
    runner.release()
    assert runner.run(ids[0]).verdict == "pass"
    judgement = runner.end()
    assert judgement.exit_code == 4  # the rest of the plan was never run
    assert judgement.case(ids[2]).blocked  # type: ignore[union-attr]
    transcripts = attest.Record(tmp_path / "run").transcripts([*ids[:3], "No.Such"])
    assert set(transcripts) == set(ids[:2]) and all("> AT" in line for line, _ in transcripts.values())
    with pytest.raises(attest.UsageError, match="the case runner is over"):
        runner.run(ids[0])
    with pytest.raises(attest.UsageError, match="not selected"):
        attest.CaseRunner(attest.Job(select=["GEN-01"], out=tmp_path / "other")).run("No.Such")


def test_a_run_uses_all_devices_of_a_bench(tmp_path: pathlib.Path) -> None:
    with attest.VirtualBk7238(baud=0) as left, attest.VirtualBk7238(baud=0) as right:
        bench = tmp_path / "rack.toml"
        bench.write_text("".join(f'[[device]]\nname = "{name}"\nlink = "{board.link}"\n'
                                 for name, board in (("left", left), ("right", right))))
        job = attest.Job(attest.Bench(bench, profile="virtual"), select=["GEN-05", "GEN-11"], out=tmp_path / "run")
        judgement = attest.Run(job).result()
    assert judgement.exit_code == 0
    assert {attempt.device for case in judgement.cases for attempt in case.attempts} == {"left", "right"}


def test_an_earlier_run_is_moved_aside(tmp_path: pathlib.Path) -> None:
    for _ in range(2):
        attest.Run(attest.Job(select=["GEN-14"], out=tmp_path / "run", hurry=True)).result()
    assert (tmp_path / "run.1" / "record.jsonl").exists()


def test_wrong_words_are_told_with_what_is_near(tmp_path: pathlib.Path) -> None:
    with pytest.raises(attest.UsageError, match="did you mean 'HTTPCLIENT'"):
        attest.Job(select=["HTTPCLIEN"])
    with pytest.raises(attest.UsageError, match="deadlines.network"):
        attest.Job(attest.Bench(settings={"deadlines.netwrk": "1s"}))
    with pytest.raises(attest.UsageError, match="record"):
        attest.Record(tmp_path).judge()
    with pytest.raises(attest.UsageError, match="not a day"):
        attest.Record(tmp_path).gate(date="soon")
    with pytest.raises(attest.UsageError, match="at least once"):
        attest.Job(repeat=0)
    with pytest.raises(attest.UsageError, match="no record is named"):
        attest.Record("")
    for none in (attest.Run, attest.CaseRunner):
        with pytest.raises(TypeError):
            none(None)  # type: ignore[arg-type]


def test_a_path_may_be_any_bytes(tmp_path: pathlib.Path) -> None:
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/o\xff")
    job = attest.Job(select=["GEN-14"], out=odd, hurry=True)
    assert job.out == odd and attest.Run(job).result().exit_code == 0
    assert attest.Record(odd).judge().exit_code == 0
    with pytest.raises(attest.UsageError, match="NUL"):
        attest.Record("a\0b")


def test_the_program_comes_with_the_package() -> None:
    assert attest_program("--version").stdout == f"attest {attest.__version__}\n"
