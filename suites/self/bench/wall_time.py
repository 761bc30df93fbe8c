#!/usr/bin/python3
"""What a run took beside what the wire and the device needed: wall_time.py RECORD [RECORD...]

Read from the record, for each device: `wall`, from the first command of the first case to the end of the last case;
`needed`, the time in which a command was under way (from its first byte to the last byte of its reply: wire, device,
server) and the pauses that a case makes as part of its stimulus; of that `wire`, the bytes at the line rate. The rest is
the harness'. Several devices share the work of one host.
"""
import collections
import json
import sys


def read(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.endswith("\n"):
                yield json.loads(line)


def merged(spans):
    """The length of the union of spans."""
    total, end = 0, 0
    for begin, stop in sorted(spans):
        total += max(0, stop - max(begin, end))
        end = max(end, stop)
    return total


def measure(path):
    first, last, bits = {}, {}, collections.Counter()
    spans = collections.defaultdict(list)
    ended = {}
    for event in read(path):
        device, kind = event.get("device"), event["e"]
        if kind == "case.begin":
            first.setdefault(device, event["t"])
        elif kind == "case.end":
            last[device] = event["t"]
        if not event.get("case") or device is None:
            continue
        if kind in ("tx", "rx"):
            bits[device] += 10 * len(event["bytes"])
        elif kind == "exchange":
            # What came while nobody asked (a start, news of the network) was waited for since the last exchange.
            begin = event["sent_at"] or ended.get(device, event["ended_at"])
            end = max([event["ended_at"]] + [item["last"] for item in event["items"]])
            spans[device].append((begin, end))
            ended[device] = end
    return first, last, bits, spans


def main():
    baud = 115200
    print(f"{'device':<10}{'wall s':>10}{'needed s':>10}{'wire s':>10}{'wall / needed':>16}")
    for path in sys.argv[1:]:
        first, last, bits, spans = measure(path)
        for device in sorted(first):
            wall = (last[device] - first[device]) / 1e9
            needed = merged(spans[device]) / 1e9
            print(f"{device:<10}{wall:>10.2f}{needed:>10.2f}{bits[device] / baud:>10.2f}{wall / needed:>16.3f}")


if __name__ == "__main__":
    main()
