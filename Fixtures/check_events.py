#!/usr/bin/env python3
"""Reads a run's event files with TensorBoard's own reader and says what it found.

    pip install tensorboard
    python3 Fixtures/check_events.py Output/run

Ends with 1 when there is nothing to read, when a record does not pass the reader's own checks, when a
picture is no PNG file, or when metrics.jsonl says something else.
"""

import json
import pathlib
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto import event_pb2
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader


def main(folder):
    events = 0
    for path in sorted(folder.glob("events.out.tfevents.*")):
        for raw in RawEventFileLoader(str(path)).Load():  # checks both checksums of every record
            event_pb2.Event.FromString(raw)
            events += 1
    accumulator = EventAccumulator(str(folder), {"scalars": 0, "images": 0})
    accumulator.Reload()
    tags = accumulator.Tags()
    pictures = [picture for tag in tags["images"] for picture in accumulator.Images(tag)]
    if not events or not tags["scalars"] or not pictures:
        return f"{folder}: {events} events, {len(tags['scalars'])} scalars, {len(pictures)} pictures"
    for picture in pictures:
        if not picture.encoded_image_string.startswith(b"\x89PNG\r\n\x1a\n"):
            return f"a picture of step {picture.step} is no PNG file"
    for line in map(json.loads, (folder / "metrics.jsonl").read_text().splitlines()):
        for name, value in line["means"].items():
            found = [s.value for s in accumulator.Scalars(name.replace(".", "/", 1))
                     if s.step == line["iteration"]]
            if len(found) != 1 or abs(found[0] - value) > 1e-6 * max(1, abs(value)):
                return f"{name} of iteration {line['iteration']}: {found}, expected [{value}]"
    print(f"{events} events, {len(tags['scalars'])} scalars by tag, {len(pictures)} pictures")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: check_events.py RUN")
    sys.exit(main(pathlib.Path(sys.argv[1])))
