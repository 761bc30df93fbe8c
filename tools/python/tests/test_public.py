"""What is public: documented, typed, shown helpfully, and leaking nothing."""

from __future__ import annotations

import importlib.util
import inspect
import os
import pathlib
import subprocess
import sys
import types
import typing

import pytest

import attest

PACKAGE = pathlib.Path(attest.__file__).parent


def public() -> list[tuple[str, object]]:
    """Everything that is told of in attest.__all__, and what is in it."""
    out: list[tuple[str, object]] = []
    for name in attest.__all__:
        one = getattr(attest, name)
        out.append((name, one))
        if inspect.isclass(one):
            out += [(f"{name}.{inner}", value) for inner, value in vars(one).items() if not inner.startswith("_")]
    # A version has no docstring, and what every exception has is Python's.
    return [pair for pair in out if not isinstance(pair[1], (str, types.GetSetDescriptorType))]


@pytest.mark.parametrize(("name", "one"), public())
def test_all_that_is_public_has_a_docstring(name: str, one: object) -> None:
    text = inspect.getdoc(one) or ""
    signature = text.splitlines()[0] if text else ""
    words = text.removeprefix(signature).strip() if "(" in signature and "->" in signature else text
    assert len(words.split()) >= 2, f"{name}: {text!r}"


def test_the_stubs_are_those_of_the_module() -> None:
    if importlib.util.find_spec("mypy") is None:
        pytest.fail("mypy is missing: tools/dev/bootstrap installs it")
    said = subprocess.run([sys.executable, "-m", "mypy.stubtest", "attest._core"], capture_output=True, text=True)
    wrong = [line for line in said.stdout.splitlines() if line.startswith("error:") and "metaclass differs" not in line]
    assert not wrong, said.stdout
    assert "metaclass differs" in said.stdout or said.returncode == 0, said.stdout + said.stderr


def test_the_package_is_sound_for_mypy_strict(tmp_path: pathlib.Path) -> None:
    user = tmp_path / "user.py"
    user.write_text("import attest\n\ndef size(dut: attest.Dut) -> int | None:\n"
                    '    return dut.command("AT").claimed_size\n')
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "-p", "attest"]
    config = tmp_path / "mypy.ini"
    config.write_text("[mypy]\n[mypy-attest.pytest_plugin]\ndisallow_untyped_decorators = False\n")
    environment = os.environ | {"MYPYPATH": str(PACKAGE.parent)}
    for arguments in (["-p", "attest"], [str(user)]):
        said = subprocess.run([*command[:-2], "--config-file", str(config), *arguments], capture_output=True, text=True,
                              cwd=tmp_path, env=environment)
        assert said.returncode == 0, said.stdout + said.stderr


def test_a_repr_helps(on_line: attest.Dut, virtual: attest.VirtualBk7238, tmp_path: pathlib.Path) -> None:
    exchange = on_line.command("AT+GMR")
    with attest.HttpServer() as server:
        page = server.add(b"x", path="/x")
        shown = [repr(server), repr(page), repr(server.fault("cut"))]
    shown += [repr(one) for one in (on_line, virtual, exchange, exchange.items[0], virtual.bench(), attest.Record(tmp_path))]
    assert all(text.startswith("<") and " at 0x" not in text for text in shown), shown
    assert 'Exchange' in repr(exchange) and "OK" in repr(exchange) and "AT+GMR" in repr(exchange)
    hostile = attest.Job(select=["GEN-14"], out=tmp_path / "\x1b[31m")
    assert "\x1b" not in repr(hostile)


def test_errors_say_who_has_to_act() -> None:
    tree = {attest.UsageError: attest.Error, attest.BenchError: attest.Error, attest.DeviceError: attest.Error,
            attest.StoppedError: attest.Error, attest.UnexpectedReply: attest.DeviceError}
    assert all(issubclass(one, parent) for one, parent in tree.items())
    error = attest.BenchError("what", "cure")
    assert (str(error), error.what, error.cure, error.exchange) == ("what; cure", "what", "cure", None)


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def resident() -> int:
    """Bytes of memory that this process holds."""
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no VmRSS")


def cycle_of(virtual: attest.VirtualBk7238) -> typing.Callable[[], None]:
    def cycle() -> None:
        with virtual.open(wake=False) as dut, attest.HttpServer() as server:
            server.add(b"x" * 1000)
            server.fault("stall", at=5)
            dut.listen(quiet=0, most=0)

    return cycle


def test_all_that_starts_something_lets_go_of_it(tmp_path: pathlib.Path) -> None:
    def once() -> None:
        with attest.VirtualBk7238(baud=0, networks={"lab": "password"}) as board, board.open() as dut:
            phone = attest.Phone(board.bench(), on_event=lambda *told: None)
            assert phone.hindered("ble") == "" and dut.command("AT").ok
        with attest.HttpServer(tls=True, on_event=lambda *told: None) as server:
            server.add(b"x")
        job = attest.Job(select=["GEN-14"], out=tmp_path / "run", hurry=True)
        attest.Run(job).result()
        runner = attest.CaseRunner(job)
        runner.run(job.cases[0].id)
        runner.end()

    once()
    before, threads = descriptors(), len(os.listdir("/proc/self/task"))
    for _ in range(5):
        once()
    assert (descriptors(), len(os.listdir("/proc/self/task"))) == (before, threads)


def test_a_thousand_openings_leave_nothing_behind(virtual: attest.VirtualBk7238) -> None:
    cycle = cycle_of(virtual)
    for _ in range(100):
        cycle()
    before, held = descriptors(), resident()
    for _ in range(1000):
        cycle()
    assert descriptors() == before
    assert resident() - held < 4 << 20
