"""The same bench gives the same verdicts from `attest run` and from `pytest --attest`, case by case."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import typing

import pytest

import attest

#: Faults from all over the manual, and the requirement whose cases are run beside the smoke. None that races with the
#: next line: what is seen of such a one is another thing in each run, and has a test of its own.
FAULTS = {
    "lf-only": "GEN-01",
    "ota-ok-twice": "GEN-03",
    "unknown-ok": "GEN-04",
    "escaped-comma-kept": "GEN-07",
    "nul-wedges": "GEN-09",
    "echo-stays-on": "GEN-11",
    "head-becomes-get": "HC-01",
    "put-becomes-post": "HC-04",
    "size-in-brackets": "HC-10",
    "tls-is-plain": "HC-19",
    "opt-6-is-get": "HC-26",
    "getsize-hex": "GS-01",
    "getsize-prints-body": "GS-06",
    "prompt-before-ok": "CP-01",
    "cpost-sends-put": "CP-03",
    "send-ok-on-failure": "CP-05",
    "length-0-accepted": "CP-08",
    "ota-keeps-old": "OT-03",
    "ble-name-wrong": "SS-01",
    "smart-stop-error": "ST-02",
}

Verdicts = dict[str, str]


def cases_of(out: pathlib.Path) -> tuple[Verdicts, Verdicts]:
    """Of cases and of requirements."""
    result = json.loads((out / "result.json").read_text())
    return tuple({one["id"]: one["verdict"] for one in result[part]} for part in ("cases", "requirements"))  # type: ignore[return-value]


def by_attest(folder: pathlib.Path, devices: int, *words: str) -> tuple[Verdicts, Verdicts]:
    program = pathlib.Path(attest.programs()) / "attest"
    subprocess.run([program, "run", "--hurry", "--quiet", "--no-shuffle", "--seed", "11", "--devices", str(devices),
                    "--out", folder / "run", *words], stdout=subprocess.DEVNULL, check=False, timeout=600)
    return cases_of(folder / "run")


#: Told by each report: what pytest said of an item is what is compared.
TELL = """
import json
def pytest_runtest_logreport(report):
    if report.when in ("call", "case") or report.skipped:
        verdict = getattr(report, "attest_verdict", {"passed": "pass", "failed": "fail", "skipped": "none"}[report.outcome])
        with open("told.jsonl", "a") as told:
            told.write(json.dumps([report.nodeid, verdict]) + "\\n")
"""


def by_pytest(folder: pathlib.Path, devices: int, *words: str) -> tuple[Verdicts, Verdicts, Verdicts]:
    """And what pytest told of each item."""
    pytest_words = ["--attest-" + word.removeprefix("--") if word.startswith("--") else word for word in words]
    (folder / "conftest.py").write_text(TELL)
    said = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--attest", "--attest-hurry", "--attest-seed", "11",
         *(["-n", str(devices)] if devices > 1 else []), *pytest_words], cwd=folder, capture_output=True, text=True, check=False, timeout=600)
    assert (folder / "told.jsonl").exists(), said.stdout + said.stderr
    told = dict(json.loads(line) for line in (folder / "told.jsonl").read_text().splitlines())
    items = {name.removeprefix("attest::"): verdict for name, verdict in told.items() if "::requirement/" not in name}
    return items, *cases_of(folder / "attest-out")


def differing(one: Verdicts, other: Verdicts) -> dict[str, typing.Any]:
    return {key: (one.get(key), other.get(key)) for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


def compare_once(folder: pathlib.Path, devices: int, *words: str) -> tuple[Verdicts, list[dict[str, typing.Any]]]:
    folder.mkdir()
    run_cases, run_requirements = by_attest(folder, devices, *words)
    items, pytest_cases, pytest_requirements = by_pytest(folder, devices, *words)
    return run_requirements, [differing(run_cases, pytest_cases), differing(run_cases, items),
                              differing(run_requirements, pytest_requirements)]


def compare(folder: pathlib.Path, devices: int, *words: str) -> Verdicts:
    """
    Two verdicts that contradict each other are a defect at once. Where one of two is `inconc` (the machine was
    busy), both are asked again, and must agree in the end.
    """
    for attempt in range(3):
        requirements, differences = compare_once(folder / str(attempt), devices, *words)
        if not any(differences):
            return requirements
        assert all("inconc" in pair for difference in differences for pair in difference.values()), differences
    raise AssertionError(f"they differ each time, at last in {differences}")


def test_of_a_correct_device_with_every_case(tmp_path: pathlib.Path) -> None:
    requirements = compare(tmp_path, 3)
    assert set(requirements.values()) == {"pass"}


@pytest.mark.parametrize("fault", FAULTS)
def test_of_a_faulty_device(tmp_path: pathlib.Path, fault: str) -> None:
    """What a device with a fault does may hang on what it did before: one device, in one order."""
    requirements = compare(tmp_path, 1, "--personality", fault, "--select", "quick", "--select", FAULTS[fault])
    assert requirements[FAULTS[fault]] == "fail"


def test_of_a_fault_that_races_with_the_next_line(tmp_path: pathlib.Path) -> None:
    """Which case a late second OK is taken for differs from run to run; that the device sends it is found by both."""
    requirements, (_, _, of_requirements) = compare_once(tmp_path / "once", 1, "--personality", "final-result-twice",
                                                         "--select", "GEN-03")
    assert requirements["GEN-03"] == "fail"
    assert "GEN-03" not in of_requirements


@pytest.mark.parametrize(("pairs", "agreed"), [
    ([None], True),
    ([("inconc", "pass"), None], True),
    ([("inconc", "pass"), ("fail", "inconc"), ("inconc", "pass")], False),
    ([("fail", "pass"), None], False),
    ([(None, "pass"), None], False),
])
def test_only_what_could_not_be_told_is_asked_again(pairs: list[typing.Any], agreed: bool, tmp_path: pathlib.Path,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    told = [({}, [{"A.Case": pair} if pair else {}]) for pair in pairs]
    monkeypatch.setattr(sys.modules[__name__], "compare_once", lambda *_: told.pop(0))
    if agreed:
        compare(tmp_path, 1)
        assert not told
    else:
        with pytest.raises(AssertionError):
            compare(tmp_path, 1)
