"""The interpreter's end, forks, and threads that close what others use: nobody hangs, and nothing aborts."""

from __future__ import annotations

import typing

import pytest

Python = typing.Callable[[str], typing.Any]


def test_a_server_may_still_serve_at_the_interpreters_end(python: Python) -> None:
    said = python("""
import attest, subprocess, sys, time
server = attest.HttpServer(on_event=lambda event, request: time.sleep(0.001))
page = server.add(b"x")
client = subprocess.Popen([sys.executable, "-c", f'''
import urllib.request, threading
def go():
    while True: urllib.request.urlopen({page.url!r}).read()
for _ in range(4): threading.Thread(target=go).start()'''], stderr=subprocess.DEVNULL)
time.sleep(1)
""")
    assert said.exit == 0, said.err


@pytest.mark.parametrize("on_exchange", ["None", "lambda exchange: None"])
def test_daemon_threads_may_still_use_a_device_at_the_interpreters_end(python: Python, on_exchange: str) -> None:
    said = python(f"""
import attest, threading, time
board = attest.VirtualBk7238(baud=0); dut = board.open(on_exchange={on_exchange})
def soak():
    while True: dut.command("AT")
for _ in range(3): threading.Thread(target=soak, daemon=True).start()
time.sleep(0.5)
""")
    assert said.exit == 0, said.err


def test_a_fork_can_use_what_it_starts_and_ends_nothing_of_its_parents(python: Python) -> None:
    said = python("""
import attest, os, sys
board = attest.VirtualBk7238(baud=0)
server = attest.HttpServer(on_event=lambda *told: None)
page = server.add(b"x")
child = os.fork()
if child == 0:
    for _ in range(3):
        with attest.VirtualBk7238(baud=0) as own, own.open() as dut:
            assert dut.command("AT").ok
    del board, server, page
    sys.exit(0)
assert os.waitpid(child, 0)[1] == 0
with board.open() as dut:
    print(dut.command("AT").final, page.requests)
""")
    assert said.exit == 0 and said.out == "OK []\n", said.err


def test_threads_may_close_what_others_use(python: Python) -> None:
    said = python("""
import attest, threading, time
def until_closed(work):
    def run():
        try:
            while True: work()
        except attest.Error as error:
            told.append(type(error).__name__)
    return threading.Thread(target=run)
told = []
for _ in range(3):
    server, board = attest.HttpServer(tls=True), attest.VirtualBk7238(baud=0)
    page, dut = server.add(b"x"), board.open(wake=False)
    threads = [until_closed(one) for one in (
        lambda: server.use(leaf="expired"), lambda: server.fault("delay").lift(), server.strangers,
        lambda: page.wait_for(timeout=0.001), board.power_on, lambda: dut.listen(quiet=0, most=0))]
    for one in threads: one.start()
    time.sleep(0.2)
    for one in (page, server, dut, board): one.close()
    for one in threads: one.join(20)
    assert not any(one.is_alive() for one in threads)
print(sorted(set(told)))
""")
    assert said.exit == 0 and said.out == "['UsageError']\n", said.err
