"""The phone: BLE over a real D-Bus and AirKiss over UDP, in the virtual device's own world."""

from __future__ import annotations

import pytest

import attest

PASSWORD = "correct horse battery"


@pytest.mark.parametrize("way", ["ble", "airkiss"])
def test_a_device_is_given_its_network(way: str) -> None:
    seen: list[tuple[str, str]] = []
    with attest.VirtualBk7238(baud=0, networks={"lab": PASSWORD}) as board, board.open() as dut:
        phone = attest.Phone(board.bench(), on_event=lambda *told: seen.append((told[0], repr(told))))
        assert phone.hindered(way) == ""  # type: ignore[arg-type]
        done = phone.provision(dut, "lab", PASSWORD, way=way)  # type: ignore[arg-type]
    assert done.told == "WIFI GOT IP" and done.took.total_seconds() > 0
    assert {told_way for told_way, _ in seen} == {way}
    assert not any(PASSWORD in text for _, text in seen)


def test_a_device_that_does_not_join_is_told_of() -> None:
    with attest.VirtualBk7238(baud=0, networks={"lab": PASSWORD}) as board, board.open() as dut:
        with pytest.raises(attest.DeviceError, match="the device says") as raised:
            attest.Phone(board.bench(settings={"deadlines.join": "2s"})).provision(dut, "lab", "wrong password")
    assert "wrong password" not in str(raised.value)


def test_it_is_advertised_only_while_it_is_provisioned() -> None:
    with attest.VirtualBk7238(baud=0, networks={"lab": PASSWORD}) as board, board.open() as dut:
        phone = attest.Phone(board.bench())
        assert not phone.advertised(within=0.5)
        dut.command("AT+CWSTARTSMART=1,0").expect()
        assert phone.advertised(within=10)


def test_a_bench_without_a_radio_says_so(virtual: attest.VirtualBk7238) -> None:
    phone = attest.Phone(virtual.bench())
    assert "no BLE" in phone.hindered("ble") and "no AirKiss" in phone.hindered("airkiss")
    with virtual.open() as dut, pytest.raises(attest.UsageError, match="no BLE"):
        phone.provision(dut, "lab", PASSWORD)
    with pytest.raises(attest.UsageError, match="no way 'wire'"):
        phone.hindered("wire")  # type: ignore[arg-type]
