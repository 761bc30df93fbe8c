"""What master.cfg knows of the lab: reads lab.toml and the bench files that it names, and says what is wrong with them.

Every fault is a LabError with one message: what is wrong, where, and the cure. Relative paths are those of lab.toml's
folder. Nothing here needs Buildbot.
"""

from __future__ import annotations

import dataclasses
import pathlib
import tomllib

DURATIONS = {"s": 1, "min": 60, "h": 3600}
LOCAL_HOSTS = ("127.", "localhost", "[::1]")


class LabError(Exception):
    """lab.toml, or a file that it names, cannot be used."""


@dataclasses.dataclass(frozen=True)
class Host:
    """A machine with devices: a Buildbot worker."""

    name: str
    password: str = dataclasses.field(repr=False)
    attest: str  # the program


@dataclasses.dataclass(frozen=True)
class Device:
    """What gets a builder."""

    name: str  # unique in the lab; the record's bench has it too
    host: str
    bench: str  # the bench file's path on its host
    link: str | None  # its name in a file of several devices; None: the file has one
    identity: str  # two devices with the same are one piece of hardware
    flash: tuple[str, ...]  # empty: the device is taken as it is


@dataclasses.dataclass(frozen=True)
class Lab:
    dir: pathlib.Path  # history, reports, and `incoming/NIGHT/DEVICE/record.jsonl`
    port: str  # a Twisted endpoint
    change_password: str = dataclasses.field(repr=False)
    attest: str
    policy: str
    baseline: str  # `last`, `none`, or a run
    keep: int
    hour: int
    minute: int
    select: tuple[str, ...]
    extra_arguments: tuple[str, ...]
    silence: int  # seconds
    run_limit: int
    night_limit: int
    hosts: tuple[Host, ...]
    devices: tuple[Device, ...]


def load(path: str | pathlib.Path) -> Lab:
    """Reads lab.toml. LabError, if it or what it names cannot be used."""
    file = pathlib.Path(path)
    table = _Table(_toml(file, "lab file", "copy lab.example.toml to this place"), str(file), "")
    folder = file.resolve().parent
    hosts = tuple(_host(entry, folder) for entry in table.tables("host"))
    benches = table.tables("bench")
    devices = tuple(device for entry in benches for device in _devices(entry, folder, [host.name for host in hosts]))
    hour, minute = table.time_of_day("nightly", "02:00")
    lab = Lab(
        dir=folder / table.text("dir"),
        port=_endpoint(table),
        change_password=_secret(folder, table.text("change_password_file"), table.where("change_password_file")),
        attest=_program(table.text("attest_dir", "/usr/bin")),
        policy=_policy(folder, table.text("policy", "nightly")),
        baseline=_baseline(folder, table.text("baseline", "last")),
        keep=table.whole("keep", 30, least=1),
        hour=hour,
        minute=minute,
        select=table.texts("select"),
        extra_arguments=table.texts("extra_arguments"),
        silence=table.duration("silence", "15min"),
        run_limit=table.duration("run_limit", "4h"),
        night_limit=table.duration("night_limit", "6h"),
        hosts=hosts,
        devices=devices,
    )
    table.done()
    _check_names(lab, file)
    return lab


class _Table:
    """A table of TOML that knows where it stands, and which of its keys nobody has asked for."""

    def __init__(self, values: dict, file: str, path: str):
        self._values, self._file, self._path, self._asked = values, file, path, set()

    def where(self, key: str) -> str:
        return f"{self._file}: {self._path + '.' if self._path else ''}{key}"

    def get(self, key: str, kind: type, default, what: str):
        self._asked.add(key)
        value = self._values.get(key, default)
        if value is None:
            raise LabError(f"{self.where(key)} is missing: it must be {what}")
        if not isinstance(value, kind) or isinstance(value, bool):
            raise LabError(f"{self.where(key)} is {value!r}: it must be {what}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        value = self.get(key, str, default, "a text")
        if not value and default is None:
            raise LabError(f"{self.where(key)} is empty: give it a value")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.get(key, list, [], 'a list of texts, such as ["quick"]')
        if not all(isinstance(value, str) for value in values):
            raise LabError(f'{self.where(key)} is {values!r}: it must be a list of texts, such as ["quick"]')
        return tuple(values)

    def whole(self, key: str, default: int, least: int) -> int:
        value = self.get(key, int, default, f"a whole number of at least {least}")
        if value < least:
            raise LabError(f"{self.where(key)} is {value}: it must be at least {least}")
        return value

    def duration(self, key: str, default: str) -> int:
        text = self.text(key, default)
        digits = text.rstrip("hmins")
        unit = text[len(digits):]
        if not (digits.isascii() and digits.isdigit() and unit in DURATIONS and int(digits) > 0):
            raise LabError(f"{self.where(key)} is {text!r}: write a number with s, min or h, such as 15min")
        return int(digits) * DURATIONS[unit]

    def time_of_day(self, key: str, default: str) -> tuple[int, int]:
        text = self.text(key, default)
        hour, colon, minute = text.partition(":")
        if not (colon and all(part.isascii() and part.isdigit() for part in (hour, minute))
                and int(hour) < 24 and int(minute) < 60):
            raise LabError(f"{self.where(key)} is {text!r}: write a time of the day, such as 02:00")
        return int(hour), int(minute)

    def tables(self, key: str) -> list[_Table]:
        entries = self.get(key, list, None, f"at least one [[{key}]]")
        if not entries or not all(isinstance(entry, dict) for entry in entries):
            raise LabError(f"{self.where(key)} must be at least one [[{key}]]")
        return [_Table(entry, self._file, f"{key}[{number}]") for number, entry in enumerate(entries, 1)]

    def done(self) -> None:
        for key in self._values:
            if key not in self._asked:
                raise LabError(f"{self.where(key)} is unknown: the keys here are {', '.join(sorted(self._asked))}")


def _toml(file: pathlib.Path, what: str, cure: str) -> dict:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise LabError(f"{file}: the {what} cannot be read ({error.strerror}): {cure}") from None
    except ValueError as error:  # of TOML, or of UTF-8
        raise LabError(f"{file}: the {what} is not TOML: {error}") from None


def _secret(folder: pathlib.Path, name: str, where: str) -> str:
    file = folder / name
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise LabError(f"{where}: the password file {file} cannot be read ({error.strerror}): "
                       f"make it, with one line, for the master's user alone (mode 0600)") from None
    if not secret:
        raise LabError(f"{where}: the password file {file} is empty: write one line into it")
    if file.stat().st_mode & 0o007:
        raise LabError(f"{where}: everybody may read the password file {file}: chmod 0600 it")
    return secret


def _program(folder: str) -> str:
    return f"{folder.rstrip('/')}/attest"


def _policy(folder: pathlib.Path, name: str) -> str:
    """A shipped policy by its name, or a file by its path."""
    return str(folder / name) if "/" in name or name.endswith(".toml") else name


def _baseline(folder: pathlib.Path, name: str) -> str:
    return name if name in ("last", "none") else str(folder / name)


def _endpoint(table: _Table) -> str:
    port = table.whole("port", 9989, least=0)
    interface = table.text("interface", "")
    return f"tcp:{port}" + (f":interface={interface}" if interface else "")


def _host(table: _Table, folder: pathlib.Path) -> Host:
    name = table.text("name")
    password = _secret(folder, table.text("password_file"), table.where("password_file"))
    host = Host(name, password, _program(table.text("attest_dir", "/usr/bin")))
    table.done()
    return host


def _devices(table: _Table, folder: pathlib.Path, hosts: list[str]) -> list[Device]:
    file = folder / table.text("file")
    on_host = table.text("path", str(file))
    host = table.text("host")
    flash = table.texts("flash")
    table.done()
    if host not in hosts:
        raise LabError(f"{table.where('host')} is {host!r}: there is no such [[host]]; there are {', '.join(hosts)}")
    bench = _toml(file, "bench file", f"correct {table.where('file')}")
    several = bench.get("device")
    if isinstance(several, list):
        named = [(device.get("name"), device.get("link"), device.get("name")) for device in several]
    elif isinstance(several, dict):
        named = [(bench.get("name"), several.get("link", "virtual"), None)]
    else:
        raise LabError(f"{file}: there is no [device] and no [[device]]: give it one (tools/docs/your-device.md)")
    for name, link, _ in named:
        if not isinstance(name, str) or not name or "/" in name or name.startswith((".", "-")):
            raise LabError(f"{file}: a device's name is {name!r}: give it one that can be a folder's")
        if not isinstance(link, str) or not link:
            raise LabError(f"{file}: device {name!r} has no link: give it one, such as \"serial:/dev/ttyUSB0\"")
    if not named:
        raise LabError(f"{file}: there is no device in it: write a [[device]]")
    return [Device(name, host, on_host, part, _identity(host, name, link), flash) for name, link, part in named]


def _identity(host: str, name: str, link: str) -> str:
    """What is the same for two entries that would open the same port. A virtual device is one of its own each time."""
    if link == "virtual":
        return f"{host} virtual {name}"
    port = link.partition("?")[0]
    scheme, _, rest = port.partition("://")
    if not rest:
        return f"{host} {port}"  # a serial port of that host
    return f"{host} {rest}" if rest.startswith(LOCAL_HOSTS) else rest  # raw or RFC 2217: the same port


def _check_names(lab: Lab, file: pathlib.Path) -> None:
    for what, names in (("host", [host.name for host in lab.hosts]), ("device", [device.name for device in lab.devices])):
        for name in names:
            if names.count(name) > 1:
                raise LabError(f"{file}: there are two {what}s {name!r}: their names tell their records apart, rename one")
            if name in ("nightly", "collector", "change"):
                raise LabError(f"{file}: the {what} {name!r} has a name that master.cfg uses itself: rename it")
