"""attest: is the AT firmware of a BK7238 what its manual says?

    import attest

    with attest.VirtualBk7238() as board, board.open() as dut, attest.HttpServer() as server:
        page = server.add(b"hello")
        exchange = dut.command(attest.command_line("HTTPCLIENT", 2, 0, page.url, "", "", 1)).expect()
        assert exchange.payload == b"hello"

Calls that wait release the interpreter's lock, and Ctrl-C ends them at once. Spans of time are given as
datetime.timedelta or seconds; what is called `_ns` is an integer on CLOCK_MONOTONIC, one for all. What goes wrong is
an attest.Error that says what to do. pytest finds its plugin by itself: `pytest --attest`.
"""

from attest._core import (
    Attempt,
    Bench,
    Case,
    CaseResult,
    CaseRunner,
    Check,
    Compared,
    Comparison,
    Decision,
    Deviation,
    DeviationResult,
    Dut,
    Event,
    Events,
    Exchange,
    Fault,
    HttpServer,
    Item,
    Job,
    Judgement,
    Measurement,
    Phone,
    Provisioned,
    Reason,
    Record,
    Request,
    RequirementResult,
    Resource,
    Run,
    VirtualBk7238,
    __version__,
    command_line,
    compare_samples,
    escaped,
    habits,
    personalities,
    programs,
)
from attest._errors import BenchError, DeviceError, Error, StoppedError, UnexpectedReply, UsageError

__all__ = [
    "Attempt",
    "Bench",
    "BenchError",
    "Case",
    "CaseResult",
    "CaseRunner",
    "Check",
    "Compared",
    "Comparison",
    "Decision",
    "Deviation",
    "DeviationResult",
    "DeviceError",
    "Dut",
    "Error",
    "Event",
    "Events",
    "Exchange",
    "Fault",
    "HttpServer",
    "Item",
    "Job",
    "Judgement",
    "Measurement",
    "Phone",
    "Provisioned",
    "Reason",
    "Record",
    "Request",
    "RequirementResult",
    "Resource",
    "Run",
    "StoppedError",
    "UnexpectedReply",
    "UsageError",
    "VirtualBk7238",
    "__version__",
    "command_line",
    "compare_samples",
    "escaped",
    "habits",
    "personalities",
    "programs",
]
