#!/usr/bin/env python3
"""How to test an implementation against the golden files: equations 2, 3 and 7 in its own way.

    python3 Fixtures/example.py

Needs NumPy alone. Replace `lifting_weights` and `ray_weights` by your own implementation, in any
language that can read .npy and JSON. Prints a table and exits with 1 when anything misses.
"""

import json
import math
import pathlib
import sys

import numpy as np

FIXTURES = pathlib.Path(__file__).resolve().parent


def lifting_weights(absolute_depth, depth_planes, alpha):
    """Eq. 7 pixel by pixel: psi[z, y, x] = exp(-alpha (d[y, x] - z)^2)."""
    height, width = absolute_depth.shape
    psi = np.empty((depth_planes, height, width))
    for z in range(depth_planes):
        for y in range(height):
            for x in range(width):
                psi[z, y, x] = math.exp(-alpha * (absolute_depth[y, x] - z) ** 2)
    return psi


def lifting_weights_gradient(absolute_depth, depth_planes, alpha, cotangent):
    """d sum(cotangent * psi) / d depth = sum over z of cotangent * -2 alpha (d - z) psi."""
    psi = lifting_weights(absolute_depth, depth_planes, alpha)
    offset = absolute_depth[None] - np.arange(depth_planes)[:, None, None]
    return (cotangent * -2 * alpha * offset * psi).sum(axis=0)


def ray_weights(density, ray_depths, scale, last_spacing, far):
    """Eq. 2 and 3, walking each ray from front to back."""
    opacity, transmittance, weights = (np.empty(density.shape) for _ in range(3))
    for ray, (sigma, t) in enumerate(zip(density, ray_depths, strict=True)):
        optical_depth_so_far = 0.0
        for i in range(len(t)):
            if i + 1 < len(t):
                delta = t[i + 1] - t[i]
            else:
                delta = 1e10 if last_spacing == "infinite" else max(0.0, far - t[i])
            optical_depth = scale * sigma[i] * delta
            opacity[ray, i] = -math.expm1(-optical_depth)
            transmittance[ray, i] = math.exp(-optical_depth_so_far)
            weights[ray, i] = transmittance[ray, i] * opacity[ray, i]
            optical_depth_so_far += optical_depth
    return {"opacity": opacity, "transmittance": transmittance, "weights": weights}


def answers(case, load):
    """What this implementation says for a case: golden file name -> array."""
    parameters = case["parameters"]
    if case["module"] == "GaussianLifting" and case["case"] == "gaussian":
        arguments = load("absolute_depth"), parameters["depthPlanes"], parameters["liftingAlpha"]
        return {"psi": lifting_weights(*arguments),
                "grad_absolute_depth_of_psi":
                    lifting_weights_gradient(*arguments, load("cotangent_psi"))}
    if case["module"] == "VolumeWeights":
        return ray_weights(load("density"), load("ray_depths"), parameters["opticalScale"],
                           parameters["lastSpacing"], parameters["far"])
    return {}


def misses(got, expected, tolerance):
    """How many elements differ by more than the manifest allows; all of them for a wrong shape."""
    if got.shape != expected.shape:
        return expected.size
    allowed = tolerance["relative"] * np.abs(expected) + tolerance["absolute"]
    return int(np.sum(~(np.abs(got - expected) <= allowed)))  # ~: a nan is a miss


def main():
    manifest = json.loads((FIXTURES / "manifest.json").read_text())
    compared = missed = 0
    print(f"{'case':28} {'file':28} {'elements':>8} {'misses':>6}  worst difference")
    for case in manifest["cases"]:
        folder = FIXTURES / case["folder"]
        entries = {entry["file"]: entry for entry in case["files"]}
        for name, got in answers(case, lambda name: np.load(folder / f"{name}.npy")).items():
            expected = np.load(folder / f"{name}.npy")
            count = misses(got, expected, entries[f"{name}.npy"]["tolerance"])
            worst = np.max(np.abs(got - expected)) if got.shape == expected.shape else np.inf
            print(f"{case['folder']:28} {name:28} {expected.size:8} {count:6}  {worst:.1e}")
            compared, missed = compared + 1, missed + count
    print(f"{compared} arrays compared, {missed} elements missed")
    return 0 if compared and not missed else 1


if __name__ == "__main__":
    sys.exit(main())
