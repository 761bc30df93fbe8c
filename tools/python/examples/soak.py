"""A soak: the same request again and again, for as long as it takes, in memory that does not grow.

    python3 soak.py --hours 8 --link serial:/dev/ttyUSB0       # a board
    python3 soak.py --requests 200                             # the virtual BK7238

It stops at the first reply that is not what was owed, with the exchange that shows it. Ctrl-C ends it with its numbers.
"""

import argparse
import contextlib
import datetime
import time

import attest


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--link", help="serial:… or tcp://… (default: a virtual BK7238)")
    parser.add_argument("--listen", default="127.0.0.1", help="this machine's address that the device can reach")
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--requests", type=int, help="so many at most")
    return parser.parse_args()


def device(link, stack):
    if link:
        return stack.enter_context(attest.Dut(link))
    return stack.enter_context(stack.enter_context(attest.VirtualBk7238()).open())


def soak(dut, server, end, most):
    """Yields each request's time in milliseconds. A page of its own for each: nothing gathers."""
    done = 0
    while time.monotonic() < end and done != most:
        body = f"reading {done}".encode()
        with server.add(body) as page:
            exchange = dut.command(attest.command_line("HTTPCLIENT", 2, 0, page.url, "", "", 1)).expect()
            if exchange.payload != body or exchange.deviations or len(page.requests) != 1:
                raise attest.UnexpectedReply(f"request {done} went wrong", exchange=exchange)
        done += 1
        yield exchange.duration / datetime.timedelta(milliseconds=1)


def main():
    given = arguments()
    count, worst, total = 0, 0.0, 0.0
    with contextlib.ExitStack() as stack:
        dut = device(given.link, stack)
        server = stack.enter_context(attest.HttpServer(listen=given.listen))
        try:
            for took in soak(dut, server, time.monotonic() + given.hours * 3600, given.requests):
                count, worst, total = count + 1, max(worst, took), total + took
        except KeyboardInterrupt:
            print("stopped")
        finally:
            print(f"{count} requests, {total / max(count, 1):.1f} ms each, {worst:.1f} ms at worst; last: {dut.last}")


if __name__ == "__main__":
    main()
