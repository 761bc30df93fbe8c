"""The examples do what they say. They are run as their reader would run them."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest

import attest

EXAMPLES = pathlib.Path(__file__).resolve().parents[1] / "examples"


def run(folder: pathlib.Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *map(str, arguments)], cwd=folder, capture_output=True, text=True, timeout=120)


def test_each_example_is_run_here() -> None:
    assert sorted(one.name for one in EXAMPLES.glob("*.py")) == ["latency_plot.py", "soak.py", "test_firmware.py"]


def test_the_customers_test_passes_a_good_firmware_and_fails_a_bad_one(tmp_path: pathlib.Path) -> None:
    example = EXAMPLES / "test_firmware.py"
    said = run(tmp_path, "-m", "pytest", "-p", "no:cacheprovider", example)
    assert said.returncode == 0 and "2 passed" in said.stdout, said.stdout
    assert len([line for line in example.read_text().split('"""')[2].splitlines() if line.strip()]) <= 30
    said = run(tmp_path, "-m", "pytest", "-p", "no:cacheprovider", example, "--attest-personality", "send-ok-on-failure")
    assert said.returncode == 1 and "1 failed, 1 passed" in said.stdout, said.stdout


def test_the_soak_counts_its_requests_and_stops_where_a_reply_is_wrong(tmp_path: pathlib.Path) -> None:
    said = run(tmp_path, EXAMPLES / "soak.py", "--requests", 20)
    assert said.returncode == 0 and said.stdout.startswith("20 requests, "), said.stdout + said.stderr
    with attest.VirtualBk7238(personalities=["size-in-brackets"]) as board:
        said = run(tmp_path, EXAMPLES / "soak.py", "--requests", 20, "--link", board.link)
    assert said.returncode == 1 and "request 0 went wrong" in said.stderr and "0 requests" in said.stdout


def test_the_plot_is_a_picture_of_a_record(tmp_path: pathlib.Path) -> None:
    attest.Run(attest.Job(select=["HTTPCLIENT"], exclude=["HttpClientFailure*", "*Tls*"], quick=True, out=tmp_path / "out", hurry=True)).result()
    said = run(tmp_path, EXAMPLES / "latency_plot.py", "out", "latency.png")
    assert said.returncode == 0, said.stderr
    assert (tmp_path / "latency.png").read_bytes().startswith(b"\x89PNG")
