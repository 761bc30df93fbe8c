"""A wheel, built as the document says and installed into a clean environment, passes the plugin's tests outside the tree."""

from __future__ import annotations

import os
import pathlib
import subprocess
import venv

import pytest

SOURCE = pathlib.Path(__file__).resolve().parents[1]
BUILD = os.environ.get("ATTEST_BUILD")


def run(*command: object, cwd: pathlib.Path) -> str:
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "ATTEST_PROGRAMS")}
    said = subprocess.run([str(word) for word in command], cwd=cwd, env=environment, capture_output=True, text=True,
                          timeout=900)
    assert said.returncode == 0, said.stdout[-4000:] + said.stderr[-4000:]
    return said.stdout


@pytest.mark.skipif(BUILD is None, reason="nobody has said where the project is built ($ATTEST_BUILD)")
def test_a_wheel_works_outside_of_the_tree(tmp_path: pathlib.Path) -> None:
    before = sorted(SOURCE.rglob("*"))
    venv.create(tmp_path / "environment", system_site_packages=True, with_pip=True)
    python = tmp_path / "environment" / "bin" / "python"
    run(python, "-m", "pip", "install", "--no-build-isolation", "--no-deps", "--no-index", SOURCE, cwd=tmp_path)
    assert sorted(SOURCE.rglob("*")) == before, "the build has left something beside the sources"

    tests = tmp_path / "tests"
    tests.mkdir()
    for name in ("conftest.py", "test_plugin.py"):
        (tests / name).write_bytes((SOURCE / "tests" / name).read_bytes())
    where = run(python, "-c", "import attest; print(attest.__file__, attest.programs())", cwd=tests)
    assert str(tmp_path) in where.split()[0] and str(tmp_path) in where.split()[1]
    said = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "2",
                           "--basetemp", tmp_path / "temporary", tests, cwd=tests)
    assert " passed" in said and "skipped" not in said
    assert run(tmp_path / "environment" / "bin" / "attest", "--version", cwd=tests).startswith("attest ")
