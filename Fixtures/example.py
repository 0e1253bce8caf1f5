#!/usr/bin/env python3
"""How to test an implementation against the golden files: every case of equations 2 to 4.

    python3 Fixtures/example.py

Needs NumPy alone. Replace `along_rays` by your own implementation, in any language that can read
.npy and JSON. A case needs nothing but its own folder: case.json names its parameters and files.
Prints a table and exits with 1 when anything misses.
"""

import json
import math
import pathlib
import sys

import numpy as np

FIXTURES = pathlib.Path(__file__).resolve().parent


def along_rays(parameters, density, ray_depths, features=None):
    """Eq. 2 to 4, walking each ray from front to back; returns golden file name -> array."""
    rays, samples = density.shape
    result = {name: np.zeros((rays, samples))
              for name in ("spacing", "opacity", "transmittance", "weights")}
    for ray in range(rays):
        light = 1.0  # the share of the light that reaches the sample, T of Eq. 3
        so_far = 0.0  # the exponent of Eq. 3: T = exp(-so_far)
        for i in range(samples):
            if i + 1 < samples:
                delta = ray_depths[ray, i + 1] - ray_depths[ray, i]
            elif parameters["lastSpacing"] == "infinite":
                delta = 1e10
            else:
                delta = max(0.0, parameters["far"] - ray_depths[ray, i])
            optical_depth = parameters["opticalScale"] * density[ray, i] * delta
            light = math.exp(-so_far)
            opacity = -math.expm1(-optical_depth)  # 1 - exp(-x) would lose the thin samples
            result["spacing"][ray, i] = delta
            result["opacity"][ray, i] = opacity
            result["transmittance"][ray, i] = light
            result["weights"][ray, i] = light * opacity  # Eq. 2
            so_far += optical_depth
    weights = result["weights"]
    result["expected_depth"] = (weights * ray_depths).sum(axis=1)
    if features is not None:
        result["normalized_depth"] = result["expected_depth"] / weights.sum(axis=1)
        result["rendered_feature"] = np.einsum("rn,rnc->rc", weights, features)  # Eq. 4
    return result


def gradients(case, inputs, expected, step=1e-6):
    """The gradients that the case lists, by central differences: good to about 1e-7 of the largest.

    Yours are better, from your framework's backward pass; compare them with the file's tolerance.
    """
    found = {}
    for entry in expected:
        name, output = entry["withRespectTo"], entry["of"]
        cotangent = load(case, f"cotangent_{output}.npy")
        gradient = np.zeros(inputs[name].shape)
        for index in np.ndindex(*gradient.shape):
            ends = []
            for sign in (1, -1):
                moved = inputs[name].copy()
                moved[index] += sign * step
                ends.append(along_rays(case["parameters"], **(inputs | {name: moved}))[output])
            gradient[index] = (cotangent * (ends[0] - ends[1])).sum() / (2 * step)
        found[entry["file"]] = gradient
    return found


def load(case, file):
    return np.load(FIXTURES / case["folder"] / file)


def misses(got, expected, tolerance):
    """How many elements differ by more than the case allows; all of them for a wrong shape."""
    if got.shape != expected.shape:
        return expected.size
    allowed = tolerance["relative"] * np.abs(expected) + tolerance["absolute"]
    return int(np.sum(~(np.abs(got - expected) <= allowed)))  # ~: a nan is a miss


def main():
    compared = missed = 0
    print(f"{'case':24} {'file':44} {'elements':>8} {'misses':>6}  worst difference")
    for path in sorted(FIXTURES.glob("VolumeWeights/*/case.json")):
        case = json.loads(path.read_text())
        files = {role: [entry for entry in case["files"] if entry["role"] == role]
                 for role in ("input", "expected", "gradient")}
        inputs = {entry["file"][:-4]: load(case, entry["file"]) for entry in files["input"]}
        answers = {f"{name}.npy": values
                   for name, values in along_rays(case["parameters"], **inputs).items()}
        # Differences cannot resolve the extreme case, where 1e-30 stands beside 1e6.
        wanted = files["gradient"] if case["case"] != "extreme" else []
        answers |= gradients(case, inputs, wanted)
        for entry in files["expected"] + wanted:
            expected, tolerance = load(case, entry["file"]), entry["tolerance"]
            got = answers[entry["file"]]
            if entry["role"] == "gradient":  # the error of the differences, not of the equations
                largest = np.max(np.abs(expected))
                tolerance = {"relative": 0.0, "absolute": 1e-6 * largest}
            count = misses(got, expected, tolerance)
            worst = np.max(np.abs(got - expected)) if got.shape == expected.shape else np.inf
            print(f"{case['folder']:24} {entry['file']:44} {expected.size:8} {count:6}  {worst:.1e}")
            compared, missed = compared + 1, missed + count
    print(f"{compared} arrays compared, {missed} elements missed")
    return 0 if compared and not missed else 1


if __name__ == "__main__":
    sys.exit(main())
