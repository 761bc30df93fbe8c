"""Devices: exchanges with attributed bytes, errors that carry them, and nothing lost between threads."""

from __future__ import annotations

import datetime
import pathlib
import sys
import threading
import time

import pytest

import attest


def test_an_exchange_accounts_for_every_byte(on_line: attest.Dut) -> None:
    exchange = on_line.command("AT+GMR").expect()
    assert b"".join(item.bytes for item in exchange.items) == exchange.received
    assert [item.kind for item in exchange.items][-1] == "final"
    assert exchange.infos[0].startswith(b"AT version:")
    assert exchange.unexplained == "" and exchange.deviations == []
    assert exchange.sent == b"AT+GMR\r\n"


def test_times_are_spans_and_nanoseconds(on_line: attest.Dut) -> None:
    before = time.monotonic_ns()
    exchange = on_line.command("AT")
    assert before <= exchange.sent_at_ns <= exchange.ended_at_ns <= time.monotonic_ns()
    assert exchange.duration_ns == exchange.ended_at_ns - exchange.sent_at_ns
    assert abs(exchange.duration / datetime.timedelta(microseconds=1) * 1000 - exchange.duration_ns) <= 1000


def test_another_end_is_an_error_that_carries_the_exchange(on_line: attest.Dut) -> None:
    with pytest.raises(attest.UnexpectedReply, match="OK was expected, and ERROR came") as raised:
        on_line.command("AT+NOPE").expect()
    assert raised.value.exchange.final == "ERROR"
    assert isinstance(raised.value, attest.DeviceError)
    assert on_line.command("AT+NOPE").expect("ERROR").error


def test_a_deviation_is_named_with_its_bytes() -> None:
    with attest.VirtualBk7238(personalities=["size-in-brackets"], baud=0) as board, board.open() as dut:
        with attest.HttpServer() as server:
            exchange = dut.command(attest.command_line("HTTPCLIENT", 2, 0, server.add(b"hello").url, "", "", 1))
    assert exchange.ok and exchange.payload == b"hello" and exchange.claimed_size == 5
    assert exchange.deviates("size-in-brackets")
    assert [one.requirement for one in exchange.deviations] == ["HC-10"]
    assert "<5>" in exchange.deviations[0].evidence


def test_data_follows_a_prompt(on_line: attest.Dut) -> None:
    with attest.HttpServer() as server:
        page = server.add(b"thanks")
        assert on_line.command(attest.command_line("HTTPCPOST", page.url, 4)).outcome == "prompted"
        assert on_line.data(b"\x00\xff\r\n").expect("SEND OK")
        assert page.wait_for(timeout=5)
        assert page.requests[0].body == b"\x00\xff\r\n"


def test_bytes_go_out_as_they_are(on_line: attest.Dut) -> None:
    for given in (b"AT\r", bytearray(b"\n")):
        on_line.send_raw(given)
    assert on_line.reply(deadline=datetime.timedelta(seconds=5)).ok
    assert on_line.last is not None and on_line.last.sent == b"AT\r\n"


def test_silence_is_an_outcome_and_the_device_is_brought_back() -> None:
    with attest.VirtualBk7238(baud=0) as board, board.open() as dut:
        board.power_off()
        exchange = dut.command("AT", deadline=0.2)
        assert exchange.outcome == "silent" and exchange.final is None
        board.power_on()
        assert dut.command("AT").ok


def test_what_nobody_asked_for_is_kept() -> None:
    with attest.VirtualBk7238(baud=0) as board, board.open() as dut:
        board.power_off()
        board.power_on()
        heard = dut.await_line(timeout=5, quiet=0.2)
        assert "boot" in [item.kind for item in heard.items]
        assert heard.number in {stray.number for stray in dut.take_strays()}
        assert dut.take_strays() == []


def test_two_devices_are_driven_in_parallel_by_two_threads() -> None:
    """Each waits two seconds for a server that says nothing: one after the other that would be four."""
    with attest.VirtualBk7238(baud=0) as one, attest.VirtualBk7238(baud=0) as two, attest.HttpServer() as server:
        with one.open() as first, two.open() as second:
            line = attest.command_line("HTTPCLIENT", 2, 0, server.add(never=True).url, "", "", 1)
            spans: list[tuple[int, int]] = []

            def ask(dut: attest.Dut) -> None:
                exchange = dut.command(line, deadline=2)
                spans.append((exchange.sent_at_ns, exchange.ended_at_ns))

            threads = [threading.Thread(target=ask, args=(dut,)) for dut in (first, second)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    (a_begin, a_end), (b_begin, b_end) = spans
    assert a_begin < b_end and b_begin < a_end


def test_threads_that_share_a_device_wait_for_each_other(on_line: attest.Dut) -> None:
    finals: list[str | None] = []
    threads = [threading.Thread(target=lambda: finals.append(on_line.command("AT").final)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert finals == ["OK"] * 8


def test_a_device_outlives_the_thread_that_started_it() -> None:
    boards: list[attest.VirtualBk7238] = []
    thread = threading.Thread(target=lambda: boards.append(attest.VirtualBk7238(baud=0)))
    thread.start()
    thread.join()
    with boards[0], boards[0].open() as dut:
        assert dut.command("AT").ok


def test_a_callback_is_told_of_each_exchange_and_may_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[attest.Exchange] = []
    unraisable: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda raised: unraisable.append(raised.exc_value))

    def tell(exchange: attest.Exchange) -> None:
        told.append(exchange)
        raise RuntimeError("what a callback raises is nobody's to catch")

    with attest.VirtualBk7238(baud=0) as board:
        with board.open(on_exchange=tell) as dut:
            assert dut.command("AT").ok
    assert told[-1].sent == b"AT\r\n"
    assert [type(one) for one in unraisable] == [RuntimeError] * len(told)


def test_a_callback_that_uses_its_own_device_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would wait for itself; another device may be used."""
    unraisable: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda raised: unraisable.append(raised.exc_value))
    duts: list[attest.Dut] = []
    others: list[str | None] = []

    def tell(exchange: attest.Exchange) -> None:
        if len(duts) == 2:
            others.append(duts[1].command("AT").final)
            duts[0].command("AT")

    with attest.VirtualBk7238(baud=0) as one, attest.VirtualBk7238(baud=0) as two:
        with one.open(on_exchange=tell) as dut, two.open() as other:
            duts += [dut, other]
            assert dut.command("AT").ok
    assert others == ["OK"]
    assert [str(one) for one in unraisable] == [
        "a Dut cannot be used while it calls back: that call would wait for itself; do it afterwards"]


def test_what_is_closed_says_so(virtual: attest.VirtualBk7238) -> None:
    dut = virtual.open()
    dut.close()
    dut.close()
    assert dut.closed
    with pytest.raises(attest.UsageError, match="is closed; open it again"):
        dut.command("AT")


def test_a_link_that_is_not_there_says_what_to_do() -> None:
    with pytest.raises(attest.BenchError, match="/dev/nope: No such file") as raised:
        attest.Dut("serial:/dev/nope")
    assert raised.value.cure
    with pytest.raises(attest.UsageError, match="serial:PATH|no link"):
        attest.Dut("nonsense")
    with pytest.raises(attest.UsageError, match="a link or a bench"):
        attest.Dut()


@pytest.mark.parametrize("wrong", [-1, float("nan"), 1e12, "soon", True])
def test_a_span_that_cannot_be_waited_for_is_refused(on_line: attest.Dut, wrong: object) -> None:
    with pytest.raises(attest.UsageError, match="datetime.timedelta or seconds"):
        on_line.command("AT", deadline=wrong)  # type: ignore[arg-type]


def test_a_fault_that_nobody_knows_is_told_with_what_is_near() -> None:
    with pytest.raises(attest.Error, match="size-in-brackets"):
        attest.VirtualBk7238(personalities=["size-in-bracket"])
    assert {"size-in-brackets"} <= {one["name"] for one in attest.personalities()}
    assert attest.habits()
    assert attest.Job(habits=["pauses=40"], select=["GEN-14"]).cases  # one with a value


def test_a_bench_is_read_with_what_goes_before_it(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "rack.toml"
    file.write_text('[[device]]\nname = "left"\nlink = "tcp://127.0.0.1:1"\n'
                    '[[device]]\nname = "right"\nlink = "tcp://127.0.0.1:2"\n')
    assert attest.Bench(file).devices == ["left", "right"]
    right = attest.Bench(file, link="right", settings={"deadlines.network": "7s"})
    assert right.link == "tcp://127.0.0.1:2" and right.profile["deadlines"]["network"] == "7s"
    with pytest.raises(attest.UsageError, match="has 2 devices"):
        attest.Dut(bench=attest.Bench(file))
    with pytest.raises(attest.UsageError, match="no device of this bench"):
        attest.Bench(file, link="middle")


def test_parameters_are_escaped_as_the_manual_says() -> None:
    assert attest.escaped('a,"b"\\') == 'a\\,\\"b\\"\\\\'
    assert attest.command_line("HTTPGETSIZE", "http://h/a,b") == "AT+HTTPGETSIZE=http://h/a\\,b"
