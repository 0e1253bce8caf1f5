#!/usr/bin/env python3
"""Writes the golden files, or checks them.

    python3 Fixtures/regenerate.py            writes every file and manifest.json
    python3 Fixtures/regenerate.py --check    says whether the files are what it would write

NumPy in float64, straight from the paper's formulas, sharing nothing with the Swift code. Each case
has its own seed, so cases can be added without moving the others. The same NumPy version on the
same kind of processor gives the same bytes; others have to agree within 1e-12.
"""

import os

# With AVX-512 NumPy computes exp and its like by other routines, which may differ in the last bit.
# Without it, x86-64 machines write the same bytes. This has to be said before NumPy is imported.
os.environ["NPY_DISABLE_CPU_FEATURES"] = "X86_V4"

import argparse
import io
import json
import pathlib
import platform
import sys

import numpy as np

from recipes import (camera, depth_smoothness, event_records, frechet_distance, gaussian_lifting,
                     golden, interchange, mask_softmax, mean_difference, model_cases, network_cases,
                     part_fusion, relative_depth, tensors, volume_weights, wplus_factorization)

HERE = pathlib.Path(__file__).resolve().parent
SCRIPT_VERSION = 1
RECIPES = [wplus_factorization, relative_depth, volume_weights, gaussian_lifting, part_fusion,
           mask_softmax, depth_smoothness, mean_difference, camera, tensors, network_cases,
           frechet_distance]


def build():
    """Every file by its path below this folder, the manifest included."""
    files, described = {}, []
    for recipe in RECIPES:
        for case in recipe.cases():
            for entry, data in case.files:
                files[f"{case.folder}/{entry['file']}"] = data
            files[f"{case.folder}/case.json"] = description(case).encode()
            described.append(case)
            size = sum(len(data) for _, data in case.files)
            second = f"differences agree to {case.worst:.0e}" if case.worst else ""
            print(f"{case.folder:40} {len(case.files):3} files {size:7} bytes  {second}")
    files["manifest.json"] = manifest(described).encode()
    for recipe in (interchange, model_cases, event_records):
        made = recipe.files()
        files |= made
        size = sum(len(data) for data in made.values())
        print(f"{recipe.FOLDER:40} {len(made):3} files {size:7} bytes")
    if interchange.safetensors is None:
        print("the safetensors package is missing: its files are neither written nor checked")
    return files


def about(case):
    """What a reader of a case's folder has to know besides the arrays."""
    return {"module": case.module, "case": case.name, "equations": case.equations,
            "folder": case.folder, "seed": case.seed, "summary": case.summary,
            "parameters": case.parameters}


def description(case):
    """The case's entry of the manifest as a file in its own folder."""
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}," for key, value in about(case).items()]
    entries = [f"    {json.dumps(entry)}" for entry, _ in case.files]
    return "\n".join(["{"] + lines + ['  "files": [', ",\n".join(entries), "  ]", "}"]) + "\n"


def manifest(cases):
    """The manifest: one line per file, so that a change of it reads well."""
    head = {"scriptVersion": SCRIPT_VERSION, "numpy": np.__version__,
            "python": platform.python_version(), "machine": platform.machine(),
            "generator": "numpy.random.PCG64(seed) per case",
            "comparison": "abs(got - expected) <= relative * abs(expected) + absolute",
            "toleranceReasons": {name: reason for name, (_, reason) in golden.TOLERANCES.items()},
            "axes": golden.AXES}
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    lines.append('  "cases": [')
    for number, case in enumerate(cases):
        lines.append("    {")
        lines += [f"      {json.dumps(key)}: {json.dumps(value)},"
                  for key, value in about(case).items()]
        entries = [f"        {json.dumps(entry)}" for entry, _ in case.files]
        lines += ['      "files": [', ",\n".join(entries), "      ]"]
        lines.append("    }," if number + 1 < len(cases) else "    }")
    return "\n".join(["{"] + lines + ["  ]", "}"]) + "\n"


def write(files):
    """Replace the folders this script owns."""
    for path in strangers(files):
        (HERE / path).unlink()
    for path, data in files.items():
        (HERE / path).parent.mkdir(parents=True, exist_ok=True)
        (HERE / path).write_bytes(data)
    print(f"wrote {len(files)} files, {sum(map(len, files.values()))} bytes")


def strangers(files):
    """What lies below the folders this script writes and is not among its files."""
    folders = sorted({recipe.MODULE for recipe in RECIPES}
                     | {interchange.FOLDER, model_cases.FOLDER, event_records.FOLDER})
    present = [str(path.relative_to(HERE)) for folder in folders
               for path in sorted((HERE / folder).rglob("*")) if path.is_file()]
    skipped = ".safetensors" if interchange.safetensors is None else "\0"
    return [path for path in present if path not in files and not path.endswith(skipped)]


def check(files):
    """Compare with the files on disk; returns the complaints.

    Another NumPy, or its matrix products on another kind of processor, rounds differently: numbers
    that are not the same bytes have to agree within 1e-12."""
    close = 0
    complaints = [f"{path}: not made by this script" for path in strangers(files)]
    for path, data in files.items():
        if not (HERE / path).exists():
            complaints.append(f"{path}: missing")
        elif path == "manifest.json" or (path.endswith("/case.json")
                                         and not path.startswith(model_cases.FOLDER)):
            if facts(data) != facts((HERE / path).read_bytes()):
                complaints.append(f"{path}: differs")
        elif (stored := (HERE / path).read_bytes()) != data:
            close += 1
            agree = (model_cases.same(path, stored, data) if path.startswith(model_cases.FOLDER)
                     else same(stored, data))
            if not agree:
                complaints.append(f"{path}: differs")
    print(f"{len(files) - close} files are the same to the byte, others are compared within 1e-12")
    return complaints


def facts(data):
    """The manifest or a case's file without what may vary: versions, and the rounded tolerances."""
    content = json.loads(data)
    for case in content.get("cases", [content]):
        for entry in case["files"]:
            entry.pop("tolerance", None)
    for key in ("numpy", "python", "machine"):
        content.pop(key, None)
    return content


def same(stored, made):
    """Whether two files that are not the same bytes hold arrays of one type and shape within 1e-12."""
    if stored[:6] != b"\x93NUMPY" and made[8:9] == b"{":
        return interchange.same_tensors(stored, made)
    if stored[:6] != b"\x93NUMPY" or made[:6] != b"\x93NUMPY":
        return False
    a, b = (np.load(io.BytesIO(data), allow_pickle=False) for data in (stored, made))
    if a.dtype != b.dtype or a.shape != b.shape or a.dtype.kind != "f":
        return False
    return bool(np.all(np.abs(a - b) <= 1e-12 * np.max(np.abs(b), initial=0)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    arguments = parser.parse_args()
    files = build()
    if not arguments.check:
        write(files)
        return 0
    complaints = check(files)
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    print(f"{len(files)} files, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
