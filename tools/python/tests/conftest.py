"""What the tests of the package share. They use it as it is installed, or in the build folder on PYTHONPATH."""

from __future__ import annotations

import collections.abc
import pathlib
import subprocess
import sys
import typing

import pytest

import attest

pytest_plugins = ["pytester"]


@pytest.fixture(scope="session")
def virtual() -> collections.abc.Iterator[attest.VirtualBk7238]:
    """A correct device on an unpaced line, for all tests that leave it as it was."""
    with attest.VirtualBk7238(baud=0) as board:
        yield board


@pytest.fixture
def on_line(virtual: attest.VirtualBk7238) -> collections.abc.Iterator[attest.Dut]:
    """A Dut on that device."""
    with virtual.open() as dut:
        yield dut


Run = typing.Callable[..., pytest.RunResult]


@pytest.fixture
def plugin(pytester: pytest.Pytester) -> Run:
    """`pytest …` in a folder of its own, in a process of its own."""
    return lambda *arguments: pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


class Said(typing.NamedTuple):
    """How a program ended."""

    exit: int
    out: str
    err: str


@pytest.fixture
def python(tmp_path: pathlib.Path) -> typing.Callable[[str], Said]:
    """Runs a text as a program of its own, to its end."""

    def run(text: str) -> Said:
        ended = subprocess.run([sys.executable, "-c", text], cwd=tmp_path, capture_output=True, text=True, timeout=120)
        return Said(ended.returncode, ended.stdout, ended.stderr)

    return run
