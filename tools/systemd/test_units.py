"""The units are what systemd understands, and keep what a night needs."""

from __future__ import annotations

import configparser
import pathlib
import shutil
import subprocess
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
UNITS = sorted(HERE.glob("*.service")) + sorted(HERE.glob("*.timer"))


class Units(unittest.TestCase):
    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not there: apt-get install systemd")
    def test_systemd_understands_them(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            for unit in UNITS:  # systemd wants the programs to be there; they are not where nobody has installed attest
                text = unit.read_text(encoding="utf-8")
                for program in ("/usr/bin/attest", "/usr/bin/buildbot-worker", "/usr/bin/buildbot"):
                    text = text.replace(f"={program} ", "=/bin/true ")
                (folder / unit.name).write_text(text, encoding="utf-8")
            for unit in UNITS:
                with self.subTest(unit.name):
                    name = unit.name.replace("@", "@north")
                    if name != unit.name:
                        shutil.copy(folder / unit.name, folder / name)
                    told = subprocess.run(["systemd-analyze", "verify", "--man=no", folder / name],
                                          capture_output=True, text=True)
                    # A wrong key is only a warning to systemd, and a fault to us.
                    ours = [line for line in told.stderr.splitlines() if str(folder) in line or unit.name in line]
                    self.assertEqual((told.returncode, ours), (0, []))

    def test_a_night_that_is_no_go_is_a_failed_unit(self):
        for unit in UNITS:
            self.assertNotIn("SuccessExitStatus", unit.read_text(encoding="utf-8"), unit.name)
        nightly = self.read("attest-nightly.service")
        self.assertFalse(nightly["ExecStart"].startswith("-"))
        for words in ("nightly", "--bench %E/attest/bench.toml", "--policy %E/attest/policy.toml", "--dir %S/attest"):
            self.assertIn(words, nightly["ExecStart"])

    def test_the_runs_may_use_ports_and_serial_lines(self):
        for name in ("attest-nightly.service", "attest-buildbot-worker@.service"):
            service = self.read(name)
            self.assertEqual(service["AmbientCapabilities"], "CAP_NET_BIND_SERVICE")
            self.assertEqual(service["SupplementaryGroups"].split(), ["dialout", "bluetooth"])
            self.assertNotIn("PrivateDevices", service)

    def read(self, name: str) -> configparser.SectionProxy:
        parser = configparser.RawConfigParser(strict=False)
        parser.optionxform = str
        parser.read(HERE / name)
        return parser["Service"]


if __name__ == "__main__":
    unittest.main()
