#!/usr/bin/python3
"""What a call into the bindings costs that returns at once, beside calls that Python cannot do without.

    suites/self/bench/python_calls.py [--check]     build/python has to be on PYTHONPATH, or beside this tree

Prints nanoseconds a call (2 microseconds are too many) and the ratio to an empty Python function in the same run. With
--check it fails where that ratio is one that 2 microseconds would be: a ratio tells on a machine that is busy, too.
"""

import argparse
import pathlib
import sys
import timeit

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "build" / "python"))
import attest

LIMIT_NS = 2000
LIMIT_RATIO = 75
CALLS = 100_000


def nothing():
    pass


def subjects(dut, server, page, exchange):
    return {
        "an empty Python function": nothing,
        "len(b'')": lambda: len(b""),
        "attest.escaped(text)": lambda: attest.escaped("a,b"),
        "exchange.ok": lambda: exchange.ok,
        "exchange.duration_ns": lambda: exchange.duration_ns,
        "exchange.received": lambda: exchange.received,
        "exchange.payload": lambda: exchange.payload,
        "exchange.deviates(id)": lambda: exchange.deviates("size-in-brackets"),
        "dut.closed": lambda: dut.closed,
        "dut.last": lambda: dut.last,
        "server.port": lambda: server.port,
        "page.url": lambda: page.url,
    }


def best(call, rounds):
    return min(timeit.repeat(call, number=CALLS, repeat=rounds)) / CALLS * 1e9


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    slow = []
    with attest.VirtualBk7238(baud=0) as board, board.open() as dut, attest.HttpServer() as server:
        page = server.add(b"hello")
        exchange = dut.command(attest.command_line("HTTPCLIENT", 2, 0, page.url, "", "", 1)).expect()
        empty = best(nothing, 5)
        for name, call in subjects(dut, server, page, exchange).items():
            took = best(call, 3)
            note = "  too slow" if took >= LIMIT_NS else ""
            print(f"{took:8.0f} ns  {took / empty:6.1f} x  {name}{note}")
            if took / empty >= LIMIT_RATIO:
                slow.append(name)
    if given.check and slow:
        sys.exit(f"python_calls: {LIMIT_RATIO} empty functions or more: {', '.join(slow)}")


if __name__ == "__main__":
    main()
