"""The exceptions of attest, by who has to act."""

from __future__ import annotations

import typing

if typing.TYPE_CHECKING:
    from attest._core import Exchange

__all__ = ["BenchError", "DeviceError", "Error", "StoppedError", "UnexpectedReply", "UsageError"]


class Error(Exception):
    """Something could not be done: `what` was tried, on what, and what happened; `cure` is what to do about it.

    `exchange` is the one with the device that shows it, or None.
    """

    def __init__(self, what: str, cure: str = "", exchange: Exchange | None = None) -> None:
        super().__init__(f"{what}; {cure}" if cure else what)
        self.what = what
        self.cure = cure
        self.exchange = exchange


class UsageError(Error):
    """An argument or a file is wrong."""


class BenchError(Error):
    """Port, adapter, interface, disk: nothing is known of the device."""


class DeviceError(Error):
    """The device did something that stops the work."""


class UnexpectedReply(DeviceError):
    """A command has not ended as it was expected to; `exchange` shows how it did."""

    exchange: Exchange


class StoppedError(Error):
    """The user stopped it."""
