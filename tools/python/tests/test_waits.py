"""Ctrl-C ends a wait at once, whatever is waited for, and what was waited on can be used again."""

from __future__ import annotations

import typing

import pytest

Python = typing.Callable[[str], typing.Any]

#: What is done to it: a signal after a moment, in a process of its own; the waits would all take half a minute.
HARNESS = """
import attest, os, signal, threading, time
{before}
threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
begun = time.monotonic()
try:
    {wait}
    print("not interrupted")
except KeyboardInterrupt:
    print("interrupted", "at once" if time.monotonic() - begun < 10 else "late")
{after}
"""

DEVICE = "board = attest.VirtualBk7238(baud=0); dut = board.open(); board.power_off()"
RESUME = "board.power_on(); print(dut.command('AT').final)"
SERVER = "server = attest.HttpServer(); page = server.add(b'x')"


@pytest.mark.parametrize(
    ("before", "wait", "after", "tells"),
    [
        (DEVICE, "dut.command('AT', deadline=30)", RESUME, "OK\n"),
        (DEVICE, "dut.data(b'x', deadline=30)", RESUME, "OK\n"),
        (DEVICE, "dut.listen(quiet=30, most=30)", RESUME, "OK\n"),
        (DEVICE, "dut.await_line(timeout=30)", RESUME, "OK\n"),
        (DEVICE + "; dut.send_raw(b'AT')", "dut.reply(deadline=30)", RESUME, "OK\n"),
        (DEVICE + "; dut.close()", "attest.Dut(board.link, settings={'deadlines.connect': '30s'})", "", ""),
        (SERVER, "page.wait_for(timeout=30)", "print(page.wait_for(timeout=0))", "False\n"),
        (SERVER, "page.wait_answered(timeout=30)", "", ""),
        (
            "board = attest.VirtualBk7238(networks={'lab': 'password'}); phone = attest.Phone(board.bench())",
            "phone.advertised(within=30)",
            "print(repr(phone.hindered()))",
            "''\n",
        ),
        (
            "run = attest.Run(attest.Job(select=['OTA'], out='o', devices=1))",
            "list(run)",
            "run.stop(); print(run.result().exit_code)",
            "4\n",
        ),
        (
            "job = attest.Job(select=['Ota.RestartsIntoTheNewImage/stored'], out='o'); one = attest.CaseRunner(job)",
            "one.run(job.cases[0].id); time.sleep(30)",
            "print(one.end().exit_code in (0, 3, 4))",
            "True\n",
        ),
    ],
    ids=["command", "data", "listen", "await_line", "reply", "open", "request", "response", "ble", "run", "case"],
)
def test_ctrl_c_ends_a_wait_at_once(python: Python, before: str, wait: str, after: str, tells: str) -> None:
    said = python(HARNESS.format(before=before, wait=wait, after=after))
    assert said.out == f"interrupted at once\n{tells}", said.err


def test_another_handler_than_pythons_is_called_and_the_wait_is_stopped(python: Python) -> None:
    said = python(
        HARNESS.format(
            before=DEVICE + "\nsignal.signal(signal.SIGINT, lambda *all: print('handled'))",
            wait="dut.command('AT', deadline=30)",
            after="",
        ).replace("except KeyboardInterrupt:", "except attest.StoppedError:")
    )
    assert said.out == "handled\ninterrupted at once\n", said.err


def test_a_signal_that_is_ignored_disturbs_nothing(python: Python) -> None:
    said = python(
        HARNESS.format(
            before=DEVICE + "\nsignal.signal(signal.SIGINT, signal.SIG_IGN)",
            wait="print(dut.command('AT', deadline=0.8).outcome)",
            after="",
        )
    )
    assert said.out == "silent\nnot interrupted\n", said.err


def test_other_threads_wait_undisturbed(python: Python) -> None:
    said = python(
        HARNESS.format(
            before=DEVICE
            + "\nother = attest.VirtualBk7238(baud=0); theirs = other.open(); other.power_off()"
            + "\noutcomes = []"
            + "\nthread = threading.Thread(target=lambda: outcomes.append(theirs.command('AT', deadline=1).outcome))"
            + "\nthread.start()",
            wait="dut.command('AT', deadline=30)",
            after="thread.join(); print(outcomes)",
        )
    )
    assert said.out == "interrupted at once\n['silent']\n", said.err


def test_a_signal_that_came_before_the_wait_counts(python: Python) -> None:
    """In between Python notes it, and would act on it only after the wait."""
    said = python("""
import attest, signal, os
board = attest.VirtualBk7238(baud=0); dut = board.open(); board.power_off()
def wait():
    signal.raise_signal(signal.SIGINT)
    dut.command('AT', deadline=30)
try:
    wait()
except KeyboardInterrupt:
    print("interrupted")
""")
    assert said.out == "interrupted\n", said.err


def test_waiting_for_another_threads_command_is_a_wait_too(python: Python) -> None:
    said = python(
        HARNESS.format(
            before=DEVICE + "\nthread = threading.Thread(target=lambda: dut.listen(quiet=12, most=12)); thread.start()"
            + "\ntime.sleep(0.1)",
            wait="dut.command('AT')",
            after="",
        )
    )
    assert said.out == "interrupted at once\n", said.err
