"""Round trips of AT with pyserial's read_until: round_trip.py PORT COUNT prints nanoseconds, one a line."""
import sys
import time

import serial

port = serial.Serial(sys.argv[1], 115200, timeout=5)
for _ in range(int(sys.argv[2])):
    begin = time.monotonic_ns()
    port.write(b"AT\r\n")
    if not port.read_until(b"OK\r\n").endswith(b"OK\r\n"):
        sys.exit("no OK within 5 s")
    print(time.monotonic_ns() - begin)
