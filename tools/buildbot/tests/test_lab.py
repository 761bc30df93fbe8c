"""The reader of lab.toml: what it makes of a lab, and that each fault is one message with the place and the cure."""

from __future__ import annotations

import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import lab

LAB = """dir = "lab"
change_password_file = "change"
[[host]]
name = "north"
password_file = "north"
[[host]]
name = "south"
password_file = "south"
[[bench]]
file = "north.toml"
host = "north"
[[bench]]
file = "south.toml"
path = "/etc/attest/bench.toml"
host = "south"
"""
NORTH = """name = "north"
[[device]]
name = "left"
link = "serial:/dev/ttyUSB0?baud=115200"
[[device]]
name = "right"
link = "tcp://10.0.0.5:4001"
"""
SOUTH = """name = "single"
[device]
link = "rfc2217://10.0.0.5:4001?baud=9600"
"""


class LabFile(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for secret in ("change", "north", "south"):
            self.write(secret, f"of {secret}\n").chmod(0o600)
        self.write("north.toml", NORTH)
        self.write("south.toml", SOUTH)

    def write(self, name: str, text: str) -> pathlib.Path:
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        return file

    def load(self, text: str = LAB) -> lab.Lab:
        return lab.load(self.write("lab.toml", text))

    def refused(self, *told: str, text: str = LAB) -> None:
        with self.assertRaises(lab.LabError) as caught:
            self.load(text)
        for words in told:
            self.assertIn(words, str(caught.exception))
        self.assertNotIn("\n", str(caught.exception).strip().partition("is not TOML")[0])

    def test_devices_are_those_of_the_bench_files(self):
        left, right, single = self.load().devices
        self.assertEqual((left.name, left.host, left.link, left.bench),
                         ("left", "north", "left", str(self.folder.resolve() / "north.toml")))
        self.assertEqual((single.name, single.host, single.link, single.bench),
                         ("single", "south", None, "/etc/attest/bench.toml"))
        self.assertEqual(right.identity, single.identity)  # one port of a device server, whatever is spoken to it
        self.assertNotEqual(left.identity, right.identity)

    def test_what_is_of_one_host_is_another_thing_on_another(self):
        for link in ("serial:/dev/ttyUSB0", "tcp://127.0.0.1:5000", "virtual"):
            with self.subTest(link):
                self.write("north.toml", f'name = "one"\n[device]\nlink = "{link}"\n')
                self.write("south.toml", f'name = "two"\n[device]\nlink = "{link}"\n')
                one, two = self.load().devices
                self.assertNotEqual(one.identity, two.identity)

    def test_the_rest_has_defaults(self):
        read = self.load()
        self.assertEqual((read.hour, read.minute, read.keep, read.policy, read.baseline), (2, 0, 30, "nightly", "last"))
        self.assertEqual((read.silence, read.run_limit, read.night_limit), (900, 4 * 3600, 6 * 3600))
        self.assertEqual((read.port, read.attest, read.hosts[0].password), ("tcp:9989", "/usr/bin/attest", "of north"))

    def test_a_password_is_in_no_text_of_the_lab(self):
        self.assertNotIn("of north", repr(self.load()))
        self.assertNotIn("of change", repr(self.load()))

    def test_the_example_is_read(self):
        example = (pathlib.Path(__file__).resolve().parents[1] / "lab.example.toml").read_text(encoding="utf-8")
        for name, text in {"secrets/change": "c", "secrets/north": "n", "secrets/south": "s",
                           "benches/north.toml": NORTH, "benches/south.toml": SOUTH}.items():
            (self.folder / name).parent.mkdir(exist_ok=True)
            self.write(name, text).chmod(0o600)
        read = self.load(example)
        self.assertEqual([device.name for device in read.devices], ["left", "right", "single"])
        self.assertEqual((read.port, read.hosts[1].attest), ("tcp:9989:interface=192.168.4.10", "/opt/attest/bin/attest"))

    def test_faults_name_what_where_and_cure(self):
        self.refused("lab.toml: bench[1].file", "no.toml", "cannot be read", "correct",
                     text=LAB.replace("north.toml", "no.toml"))
        self.refused("lab.toml: host[1].password_file", "password file", "none", "0600",
                     text=LAB.replace('password_file = "north"', 'password_file = "none"'))
        self.refused("lab.toml: kep is unknown", "keep", text="kep = 3\n" + LAB)
        self.refused("lab.toml: host[2].pasword is unknown", "password_file",
                     text=LAB.replace('password_file = "south"', 'password_file = "south"\npasword = "x"'))
        self.refused("bench[1].host is 'west'", "north, south", text=LAB.replace('host = "north"', 'host = "west"'))
        self.refused("nightly is '25:00'", "02:00", text='nightly = "25:00"\n' + LAB)
        self.refused("silence is '15'", "15min", text='silence = "15"\n' + LAB)
        self.refused("keep is 0", "at least 1", text="keep = 0\n" + LAB)
        self.refused("keep is True", "whole number", text="keep = true\n" + LAB)
        self.refused("select is 'quick'", '["quick"]', text='select = "quick"\n' + LAB)
        self.refused("host", "at least one [[host]]", text='dir = "lab"\n')
        self.refused("lab.toml", "is not TOML", "line 1", text="dir = \n")

    def test_a_secret_that_everybody_may_read_is_refused(self):
        (self.folder / "north").chmod(0o644)
        self.refused("host[1].password_file", "everybody may read", "chmod 0600")

    def test_an_empty_secret_is_refused(self):
        self.write("change", "\n")
        self.refused("change_password_file", "is empty", "one line")

    def test_two_devices_of_one_name_are_refused(self):
        self.write("south.toml", SOUTH.replace("single", "left"))
        self.refused("lab.toml", "two devices 'left'", "rename")

    def test_a_device_needs_a_name_and_a_link(self):
        self.write("south.toml", '[device]\nlink = "virtual"\n')
        self.refused("south.toml", "name is None", "folder")
        self.write("south.toml", '[[device]]\nname = "alone"\n')
        self.refused("south.toml", "'alone' has no link", "serial:")
        self.write("south.toml", 'name = "nothing"\n')
        self.refused("south.toml", "no [device]", "your-device.md")

    def test_a_missing_lab_file_is_told(self):
        with self.assertRaises(lab.LabError) as caught:
            lab.load(self.folder / "absent.toml")
        self.assertIn("absent.toml", str(caught.exception))
        self.assertIn("lab.example.toml", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
