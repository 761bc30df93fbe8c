"""The fixture server: responses, faults, the journal, TLS."""

from __future__ import annotations

import http.client
import ssl
import threading
import typing

import pytest

import attest


@pytest.fixture
def server() -> typing.Iterator[attest.HttpServer]:
    with attest.HttpServer() as one:
        yield one


def get(page: attest.Resource, server: attest.HttpServer, method: str = "GET") -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request(method, page.path, headers={"X-One": "1"})
    return connection.getresponse()


def test_a_response_is_served_as_it_was_registered(server: attest.HttpServer) -> None:
    page = server.add(b"\x00body", path="/here", status=201, headers=[("X-A", "b")], content_type="text/plain")
    response = get(page, server)
    assert (response.status, response.read(), response.headers["X-A"]) == (201, b"\x00body", "b")
    assert page.url == f"http://{server.authority}/here"
    assert page.wait_answered(timeout=5)
    (request,) = page.requests
    assert (request.method, request.target, request.values("x-one")) == ("GET", "/here", ["1"])
    assert ("X-One", "1") in request.headers and request.raw_head.startswith(b"GET /here HTTP/1.1\r\n")
    assert request.malformed == "" and request.tls is None and request.body_bytes_sent == 5


def test_a_page_that_is_closed_is_a_strangers(server: attest.HttpServer) -> None:
    with server.add(b"x", path="/gone") as page:
        pass
    assert get(page, server).status == 404
    assert [request.target for request in server.strangers()] == ["/gone"]
    with pytest.raises(attest.UsageError, match="no longer served"):
        _ = page.requests


def test_a_fault_is_done_until_it_is_lifted(server: attest.HttpServer) -> None:
    page = server.add(b"0123456789")
    with server.fault("cut", at=4, of="body") as fault:
        with pytest.raises(http.client.IncompleteRead) as raised:
            get(page, server).read()
        assert raised.value.partial == b"0123"
    assert fault.lifted
    assert get(page, server).read() == b"0123456789"


def test_wrong_words_are_told_with_what_is_near(server: attest.HttpServer) -> None:
    with pytest.raises(attest.UsageError, match="did you mean stall"):
        server.fault("stal")
    with pytest.raises(attest.UsageError, match="chunked"):
        server.add(framing="chunk")  # type: ignore[arg-type]
    with pytest.raises(attest.UsageError, match="another resource has that path"):
        kept = server.add(path="/a"), server.add(path="/a")
        del kept
    with pytest.raises(attest.UsageError, match="speaks no TLS"):
        _ = server.ca_pem


@pytest.mark.parametrize(
    "wrong",
    [{"status": -1}, {"status": 1000}, {"headers": [("a\r\nb", "c")]}, {"headers": [("a", "b\r\nc: d")]},
     {"content_type": "a\r\nb: c"}, {"path": "/a\r\n"}, {"path": "/a\0b"}, {"delay": 10**400}])
def test_what_no_server_could_say_is_refused(server: attest.HttpServer, wrong: dict[str, typing.Any]) -> None:
    with pytest.raises(attest.UsageError):
        server.add(b"x", **wrong)


def test_what_cannot_be_called_or_listened_on_is_refused() -> None:
    with pytest.raises(attest.UsageError, match="cannot be called"):
        attest.HttpServer(on_event=5)  # type: ignore[arg-type]
    for wrong in ("127.0.0.1\0x", "a b", "http://h"):
        with pytest.raises(attest.UsageError, match="is no address"):
            attest.HttpServer(listen=wrong)


def test_waiting_for_a_request_ends_when_it_comes_or_the_time_is_over(server: attest.HttpServer) -> None:
    """It comes from another thread of this interpreter, which a wait that kept the lock would hold up."""
    page = server.add(b"x")
    assert not page.wait_for(timeout=0.05)
    later = threading.Timer(0.1, lambda: get(page, server).read())
    later.start()
    assert page.wait_for(timeout=30)
    later.join()


def test_events_are_told_on_the_servers_threads() -> None:
    told: list[tuple[str, int]] = []
    with attest.HttpServer(on_event=lambda event, request: told.append((event, threading.get_ident()))) as server:
        get(server.add(b"x"), server).read()
    assert [event for event, _ in told][:4] == ["accept", "head", "body", "response"]
    assert threading.get_ident() not in {thread for _, thread in told}


@pytest.mark.parametrize("end", ["server.close()", "del server", "pass"])
def test_a_server_may_go_while_its_threads_call_back(python: typing.Any, end: str) -> None:
    """At the interpreter's end, too: nobody waits for a lock that is never given back."""
    said = python(f"""
import attest, http.client, threading, time
called = threading.Event()
def slow(event, request):
    called.set()
    time.sleep(0.05)
server = attest.HttpServer(on_event=slow)
page = server.add(b"x")
def ask():
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", page.path)
threads = [threading.Thread(target=ask) for _ in range(4)]
for one in threads: one.start()
for one in threads: one.join()
called.wait(10)
{end}
print("gone")
""")
    assert said.exit == 0 and said.out == "gone\n", said.err


@pytest.mark.parametrize("end", ["held.pop().close()", "held.pop()"])
def test_a_server_that_is_ended_by_its_own_callback_hangs_nobody(python: typing.Any, end: str) -> None:
    said = python(f"""
import attest, http.client, sys, threading, time
sys.unraisablehook = lambda raised: print(raised.exc_value)
done = threading.Event()
def tell(event, request):
    if event == "head":
        try:
            {end}
        finally:
            done.set()
held = [attest.HttpServer(on_event=tell)]
page, port = held[0].add(b"x"), held[0].port
connection = http.client.HTTPConnection("127.0.0.1", port)
connection.request("GET", page.path)
assert done.wait(10)
time.sleep(0.2)
print("went on")
""")
    told = "a server cannot be closed while it calls back: that call would wait for itself; do it afterwards\n"
    assert said.exit == 0 and said.out == (told if "close" in end else "") + "went on\n", said.err


def test_tls_is_served_under_a_ca_of_its_own() -> None:
    with attest.HttpServer(tls=True) as server:
        page = server.add(b"secret")
        assert page.url.startswith("https://")
        context = ssl.create_default_context(cadata=server.ca_pem)
        connection = http.client.HTTPSConnection("127.0.0.1", server.port, context=context, timeout=10)
        connection.request("GET", page.path)
        assert connection.getresponse().read() == b"secret"
        connection.close()
        tls = page.requests[0].tls
        assert tls is not None and tls["completed"] and tls["version"].startswith("TLSv1.")
        server.use(leaf="expired")
        with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
            http.client.HTTPSConnection("127.0.0.1", server.port, context=context).request("GET", page.path)


def test_what_is_closed_says_so_and_lets_go_of_its_port() -> None:
    server = attest.HttpServer()
    port = server.port
    page = server.add(b"x")
    server.close()
    server.close()
    assert server.closed and page.path
    with pytest.raises(attest.UsageError, match="the server is closed"):
        server.add(b"x")
    with attest.HttpServer(port=port):
        with pytest.raises(attest.BenchError, match=str(port)):
            attest.HttpServer(port=port)
