"""labgrid-link on what labgrid-client 0.4.1 prints: the texts are put together as its print_place does."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import pathlib
import pprint
import sys
import textwrap
import unittest

sys.dont_write_bytecode = True
PROGRAM = pathlib.Path(__file__).resolve().parents[1] / "labgrid-link"
loader = importlib.machinery.SourceFileLoader("labgrid_link", str(PROGRAM))
labgrid_link = importlib.util.module_from_spec(importlib.util.spec_from_loader("labgrid_link", loader))
loader.exec_module(labgrid_link)

# Of a USB adapter: what the exporter's own SerialPortExport tells.
USB = {"cls": "NetworkSerialPort", "acquired": "desk", "avail": True,
       "params": {"host": "north", "port": 41235, "speed": 115200,
                  "extra": {"path": "/dev/ttyUSB0", "proxy": "north", "proxy_required": False}}}
POWER = {"cls": "NetworkPowerPort", "acquired": "desk", "avail": True,
         "params": {"model": "gude", "host": "power", "index": 0, "extra": {}}}


def shown(**resources: dict) -> str:
    text = ("Place 'desk':\n  aliases: left\n  matches:\n    */north/*\n  acquired: north/me\n  acquired resources:\n"
            "    north/north/NetworkSerialPort/uart\n  created: 2026-01-01 00:00:00\n  changed: 2026-01-01 00:00:00\n")
    for name, resource in resources.items():
        text += (f"Acquired resource '{name}' (north/north/{resource['cls']}/{name}):\n"
                 + textwrap.indent(pprint.pformat(resource), prefix="  ") + "\n")
    return text


class Link(unittest.TestCase):
    def test_a_port_is_rfc_2217_unless_it_says_raw(self):
        self.assertEqual(labgrid_link.link_of(shown(power=POWER, uart=USB), "desk"), "rfc2217://north:41235?baud=115200")
        raw = {**USB, "params": {**USB["params"], "protocol": "raw", "host": "fe80::1", "speed": 9600}}
        self.assertEqual(labgrid_link.link_of(shown(uart=raw), "desk"), "tcp://[fe80::1]:41235?baud=9600")

    def test_one_of_several_is_named(self):
        second = {**USB, "params": {**USB["params"], "port": 5}}
        with self.assertRaises(ValueError) as caught:
            labgrid_link.link_of(shown(uart=USB, console=second), "desk")
        self.assertIn("one of console, uart", str(caught.exception))
        self.assertEqual(labgrid_link.link_of(shown(uart=USB, console=second), "desk", "console"),
                         "rfc2217://north:5?baud=115200")

    def test_faults_name_the_cure(self):
        for text, told in ((shown(), "is not acquired: labgrid-client -p desk acquire"),
                           (shown(uart=USB).replace("Acquired resource", "Matching resource"), "is not acquired"),
                           (shown(power=POWER), "has no NetworkSerialPort"),
                           (shown(uart={**USB, "avail": False}), "is not available"),
                           (shown(uart={**USB, "params": {**USB["params"], "extra": {"proxy_required": True}}}), "ssh -L"),
                           (shown(uart={**USB, "params": {**USB["params"], "port": None}}), "is not available")):
            with self.subTest(told), self.assertRaises(ValueError) as caught:
                labgrid_link.link_of(text, "desk")
            self.assertIn(told, str(caught.exception))


if __name__ == "__main__":
    unittest.main()
