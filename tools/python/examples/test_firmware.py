"""A customer's own test of his firmware, in pytest: `pytest test_firmware.py`, with a board `--attest-link serial:/dev/ttyUSB0`.

The product posts a reading to its cloud every minute. Does the firmware get it there, and does it say so when not?
"""

import json

import attest
import pytest


@pytest.fixture
def cloud(http_server):
    return http_server.add(b'{"stored": true}', path="/readings", content_type="application/json")


def post(dut, cloud, reading):
    dut.command(attest.command_line("HTTPCPOST", cloud.url, len(reading))).expect()
    return dut.data(reading)


def test_a_reading_arrives_as_it_is(dut, cloud):
    reading = json.dumps({"temperature": 21.5, "unit": "°C"}).encode()
    post(dut, cloud, reading).expect("SEND OK")
    assert [request.body for request in cloud.requests] == [reading]


def test_a_cloud_that_is_away_is_told_of(dut, cloud, http_server):
    with http_server.fault("refuse"):
        post(dut, cloud, b"42").expect("SEND FAIL")
    post(dut, cloud, b"42").expect("SEND OK")
