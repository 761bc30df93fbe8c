"""A nightly over two lab hosts by the real Buildbot: a device that dies, a host that is lost, a host that is not there."""

from __future__ import annotations

import bz2
import contextlib
import fcntl
import os
import pathlib
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import zlib

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("ATTEST_BUILD", HERE.parents[2] / "build"))
PATIENCE = 45

# What the test adds to the shipped master.cfg: events of the master, a line each, into a FIFO.
EVENTS = """
import os, sys
from twisted.internet import defer
from twisted.python import log
from buildbot.process.results import statusToString
from buildbot.util.service import BuildbotService

__file__ = {shipped!r}
exec(compile(open(__file__).read(), __file__, "exec"))

def tell(*words):
    with open({events!r}, "w") as fifo:
        fifo.write(" ".join(words) + "\\n")

class Tell(BuildbotService):
    name = "tell"

    @defer.inlineCallbacks
    def startService(self):
        yield super().startService()
        yield self.master.mq.startConsuming(self.on_worker, ("workers", None, "connected"))
        yield self.master.mq.startConsuming(self.on_step, ("steps", None, "started"))
        yield self.master.mq.startConsuming(self.on_build, ("builds", None, "finished"))
        log.addObserver(self.on_log)

    def on_log(self, event):
        if "BuildMaster is running" in "".join(map(str, event.get("message", ()))):
            port = next(iter(self.master.pbmanager.dispatchers.values())).port.getHost().port
            tell("running", str(port))

    def on_worker(self, key, worker):
        tell("connected", worker["name"])

    @defer.inlineCallbacks
    def on_step(self, key, step):
        build = yield self.master.data.get(("builds", step["buildid"]))
        builder = yield self.master.data.get(("builders", build["builderid"]))
        tell("step", builder["name"], step["name"])

    @defer.inlineCallbacks
    def on_build(self, key, build):
        builder = yield self.master.data.get(("builders", build["builderid"]))
        tell("finished", builder["name"], statusToString(build["results"]))

c["services"] = [Tell()]
"""


class MortalDevice:
    """A virtual device behind a TCP port that closes for good after so many bytes of the device."""

    def __init__(self, after: int):
        self._after = after
        program = [BUILD / "bk7238-virtual", "--listen", "127.0.0.1:0", "--die-with-stdin", "--baud", "0"]
        self._device = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._far = self._device.stdout.readline().split()[-1].rpartition("://")[2]
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.link = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self.died = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while not self.died:
                near, _ = self._listener.accept()
                host, _, port = self._far.rpartition(":")
                with near, socket.create_connection((host, int(port))) as far:
                    self._carry(near, far)
        self._listener.close()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        while True:
            for side in select.select([near, far], [], [])[0]:
                data = side.recv(4096)
                if not data:
                    return
                (far if side is near else near).sendall(data)
                self._after -= len(data) if side is far else 0
                if self._after <= 0:
                    self.died = True
                    return

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._device.stdin.close()
        self._device.wait(PATIENCE)
        self._device.stdout.close()
        self._thread.join(PATIENCE)


class Lab:
    """A master and two workers on this machine, in a folder of their own."""

    def __init__(self, folder: pathlib.Path, mortal_link: str, night_limit: str):
        self.folder, self._night_limit, self._processes = folder, night_limit, {}
        for name in ("secrets", "benches", "lab"):
            (folder / name).mkdir()
        for secret in ("change", "north", "south"):
            file = folder / "secrets" / secret
            file.write_text(f"password of {secret}\n")
            file.chmod(0o600)
        self._write_benches(mortal_link)
        os.mkfifo(folder / "events")
        self._events = os.fdopen(os.open(folder / "events", os.O_RDWR | os.O_NONBLOCK), "rb", buffering=0)
        self._unread = b""

    def _write_benches(self, mortal_link: str) -> None:
        for host, links in {"north": ("virtual", "virtual"), "south": ("virtual", mortal_link)}.items():
            (self.folder / "benches" / f"{host}.toml").write_text(f'name = "{host}"\n' + "".join(
                f'[[device]]\nname = "{host}-{side}"\nlink = "{link}"\nreturns_within = "1s"\n'
                for side, link in zip(("left", "right"), links))
                + '[set]\n"facts.ports_in_urls" = true\n')
        (self.folder / "lab.toml").write_text(f"""
dir = "lab"
attest_dir = "{BUILD}"
interface = "127.0.0.1"
port = 0
change_password_file = "secrets/change"
select = ["HttpGetSize.EndsInOk", "FinalResult.*"]
extra_arguments = ["--devices", "1", "--profile", "bk7238"]
silence = "2min"
run_limit = "2min"
night_limit = "{self._night_limit}"
""" + "".join(f"""
[[host]]
name = "{host}"
password_file = "secrets/{host}"
attest_dir = "{BUILD}"
[[bench]]
file = "benches/{host}.toml"
host = "{host}"
flash = ["flock", "--shared", "{self.folder}/flashing", "test", "-n", "$ATTEST_DEVICE"]
""" for host in ("north", "south")))

    def start_master(self) -> None:
        base = self.folder / "master"
        self._tool("buildbot", "create-master", str(base))
        (base / "master.cfg").write_text(EVENTS.format(shipped=str(HERE.parent / "master.cfg"),
                                                       events=str(self.folder / "events")))
        self._start("master", ["/usr/bin/buildbot", "start", "--nodaemon", str(base)])
        self.port = self.await_event("running")[1]

    def start_worker(self, name: str) -> None:
        base = self.folder / f"worker-{name}"
        if not base.exists():
            self._tool("buildbot-worker", "create-worker", str(base), f"127.0.0.1:{self.port}", name, f"password of {name}")
        self._start(name, ["/usr/bin/buildbot-worker", "start", "--nodaemon", str(base)])
        self.await_event("connected", name)

    def begin_night(self, seed: int) -> None:
        self._tool("buildbot", "sendchange", "--master", f"127.0.0.1:{self.port}", "--auth", "change:password of change",
                   "--who", "test", "--branch", "now", "--property", f"seed:{seed}", "nightly")

    def await_event(self, *words: str) -> list[str]:
        """The next event that begins with the words; those before it are kept in `seen`."""
        self.seen = []
        deadline = time.monotonic() + PATIENCE
        while True:
            line, newline, rest = self._unread.partition(b"\n")
            if newline:
                self._unread = rest
                self.seen.append(line.decode().split(" "))
                if self.seen[-1][:len(words)] == list(words):
                    return self.seen[-1]
                continue
            if not select.select([self._events], [], [], max(0, deadline - time.monotonic()))[0]:
                raise AssertionError(f"{' '.join(words)} did not come; there were {self.seen}\n{self._log()}")
            self._unread += self._events.read(65536)

    def results(self) -> dict[str, str]:
        """How the builds ended that `await_event` has seen."""
        return {words[1]: " ".join(words[2:]) for words in self.seen if words[0] == "finished"}

    def nights(self) -> list[pathlib.Path]:
        incoming = self.folder / "lab" / "incoming"
        return sorted(incoming.iterdir()) if incoming.is_dir() else []

    def logs_of(self, step: str) -> str:
        """What all the steps of that name said, from Buildbot's logs."""
        with contextlib.closing(sqlite3.connect(self.folder / "master" / "state.sqlite")) as state:
            steps = state.execute("""select logchunks.content, logchunks.compressed from logchunks
                join logs on logs.id = logchunks.logid join steps on steps.id = logs.stepid
                where steps.name = ? order by logchunks.logid, logchunks.first_line""", (step,)).fetchall()
        unpack = {0: bytes, 1: zlib.decompress, 2: bz2.decompress}
        return "\n".join(unpack[how](content).decode() for content, how in steps)

    def kill(self, name: str) -> None:
        """A host that loses its power: the worker and what it runs end at once."""
        self._end(self._processes.pop(name), signal.SIGKILL)

    def stop(self) -> None:
        for process in reversed(self._processes.values()):
            self._end(process, signal.SIGTERM)
        self._events.close()

    def _start(self, name: str, command: list[str]) -> None:
        self._processes[name] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                                 stderr=subprocess.DEVNULL, start_new_session=True, env=self._environment())

    def _end(self, process: subprocess.Popen, how: signal.Signals) -> None:
        children = descendants(process.pid)
        process.send_signal(how)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for child in children:  # a worker's commands have sessions of their own
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    def _tool(self, program: str, *arguments: str) -> None:
        done = subprocess.run([f"/usr/bin/{program}", *arguments], capture_output=True, text=True, env=self._environment(),
                              timeout=PATIENCE)
        if done.returncode != 0:
            raise AssertionError(f"{program} {arguments[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")

    def _environment(self) -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1",
                "ATTEST_LAB": str(self.folder / "lab.toml")}

    def _log(self) -> str:
        log = self.folder / "master" / "twistd.log"
        return log.read_text()[-6000:] if log.exists() else ""


def descendants(pid: int) -> list[int]:
    found = []
    with contextlib.suppress(OSError):
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                found += [child, *descendants(child)]
    return found


@unittest.skipUnless(shutil.which("buildbot", path="/usr/bin") and shutil.which("buildbot-worker", path="/usr/bin"),
                     "Buildbot is not installed: apt-get install buildbot buildbot-worker")
class Nightly(unittest.TestCase):
    def start(self, night_limit: str) -> Lab:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="attest-buildbot-"))
        self.addCleanup(shutil.rmtree, folder)
        self.mortal = MortalDevice(after=300)
        self.addCleanup(self.mortal.close)
        self.lab = Lab(folder, self.mortal.link, night_limit)
        self.addCleanup(self.lab.stop)
        self.lab.start_master()
        for host in ("north", "south"):
            self.lab.start_worker(host)
        return self.lab

    def records(self, night: int) -> list[str]:
        return sorted(record.parent.name for record in self.lab.nights()[night].glob("*/record.jsonl"))

    def test_no_fault_of_one_place_keeps_the_night_from_its_end_or_is_forgotten(self):
        lab = self.start(night_limit="3min")
        with self.subTest("a device dies in the middle"):
            lab.begin_night(7)
            lab.await_event("finished", "nightly")
            self.assertEqual(lab.results(), {"north-left": "success", "north-right": "success", "south-left": "success",
                                             "south-right": "exception", "nightly": "exception"}, lab.logs_of("run"))
            self.assertTrue(self.mortal.died)
            self.assertTrue({"north-left", "north-right", "south-left"} <= set(self.records(0)))
            for record in lab.nights()[0].glob("*/record.jsonl"):
                self.assertIn('"--seed","7"', record.read_text().partition("\n")[0])
            self.assertIn("south-right", self.collecting_of_the_night(0))

        with self.subTest("a host loses its power in the middle"):
            with open(lab.folder / "flashing", "w") as flashing:  # so that no run is over before
                fcntl.flock(flashing, fcntl.LOCK_EX)
                lab.begin_night(8)
                lab.await_event("step", "south-left", "flash")
                lab.kill("south")
            lab.await_event("finished", "nightly")
            self.assertEqual(lab.results()["nightly"], "exception")
            self.assertEqual(self.records(1), ["north-left", "north-right"])
            self.assertIn("south-left", self.collecting_of_the_night(1))

        with self.subTest("a host is not there"):
            lab.begin_night(9)
            lab.await_event("finished", "nightly")
            self.assertEqual(lab.results(), {"north-left": "success", "north-right": "success", "nightly": "exception"})
            self.assertEqual(self.records(2), ["north-left", "north-right"])
            self.assertIn("south-left", self.collecting_of_the_night(2))

        with self.subTest("the host is back"):
            lab.start_worker("south")
            lab.begin_night(10)
            lab.await_event("finished", "nightly")
            self.assertEqual(lab.results()["south-left"], "success")
            self.assertTrue(any(file.name.startswith("history") for file in (lab.folder / "lab").iterdir()))

    def test_a_night_ends_at_its_limit_without_those_that_hang(self):
        lab = self.start(night_limit="1s")
        with open(lab.folder / "flashing", "w") as flashing:
            fcntl.flock(flashing, fcntl.LOCK_EX)
            lab.begin_night(7)
            lab.await_event("finished", "nightly")
        results = lab.results()
        self.assertEqual(results.pop("nightly"), "exception")
        self.assertLessEqual(set(results.values()), {"cancelled"})  # of one that was still waiting there is no build
        told = self.collecting_of_the_night(0)
        for device in ("north-left", "north-right", "south-left", "south-right"):
            self.assertIn(device, told)

    def collecting_of_the_night(self, night: int) -> str:
        """What `attest nightly` said, without the command line; it must have ended with 3."""
        logs = self.lab.logs_of("collect").split("program finished with exit code ")
        self.assertEqual(logs[night + 1].split()[0], "3", logs[night])
        text = logs[night]
        print(text, file=sys.stderr) if os.environ.get("ATTEST_SHOW") else None
        return "\n".join(line for line in text.splitlines() if "--expect" not in line)


if __name__ == "__main__":
    unittest.main()
