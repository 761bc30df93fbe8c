"""`python3 -m attest …` is the program `attest …` of this package."""

from __future__ import annotations

import os
import pathlib
import sys

from attest import programs


def main() -> None:
    """Becomes the program."""
    program = pathlib.Path(programs()) / "attest"
    os.execv(program, [str(program), *sys.argv[1:]])


if __name__ == "__main__":
    main()
