"""Equations 2 to 4: opacity, transmittance, rendering weights and what they average."""

import numpy as np

from .golden import Case, real

MODULE = "VolumeWeights"


def spacings(ray_depths, last_spacing, far):
    """delta_i = t_(i+1) - t_i; the last sample has no next one: 1e10, or max(0, far - t_N)."""
    last = far - ray_depths[:, -1:]
    last = np.where(real(last) > 0, last, 0) if last_spacing == "far" else 0 * last + 1e10
    return np.concatenate([ray_depths[:, 1:] - ray_depths[:, :-1], last], axis=1)


def optical_depths(density, delta, optical_scale):
    """s sigma_i delta_i, the exponent of Eq. 2 with the optical scale s."""
    return optical_scale * density * delta


def opacities(optical_depth):
    """Eq. 2, the factor 1 - exp(-sigma_i delta_i); expm1 keeps the digits of thin samples."""
    return -np.expm1(-optical_depth)


def transmittances(optical_depth):
    """Eq. 3: T_i = exp(-sum over j < i of sigma_j delta_j)."""
    result = np.empty_like(optical_depth)
    before = np.zeros_like(optical_depth[:, 0])
    for i in range(optical_depth.shape[1]):
        result[:, i] = np.exp(-before)
        before = before + optical_depth[:, i]
    return result


def rendering_weights(transmittance, opacity):
    """Eq. 2: w_i = T_i (1 - exp(-sigma_i delta_i))."""
    return transmittance * opacity


def rendered(weights, features):
    """Eq. 4: f_render = sum over i of w_i f_i.  [R, N], [R, N, C] -> [R, C]"""
    return (weights[:, :, None] * features).sum(axis=1)


def expected_depth(weights, ray_depths):
    """sum w t, the depth as the reference systems draw it."""
    return (weights * ray_depths).sum(axis=1)


def normalized_depth(weights, ray_depths):
    """sum w t / sum w, the mean depth of what the ray met."""
    return expected_depth(weights, ray_depths) / weights.sum(axis=1)


def along_rays(density, ray_depths, optical_scale, last_spacing, far):
    """Eq. 2 and 3 in order."""
    delta = spacings(ray_depths, last_spacing, far)
    tau = optical_depths(density, delta, optical_scale)
    opacity, transmittance = opacities(tau), transmittances(tau)
    weights = rendering_weights(transmittance, opacity)
    return {"spacing": delta, "opacity": opacity, "transmittance": transmittance,
            "weights": weights, "expected_depth": expected_depth(weights, ray_depths)}


AXES = {"spacing": "R N", "opacity": "R N", "transmittance": "R N", "weights": "R N",
        "expected_depth": "R"}


def ordinary(name, seed, optical_scale, last_spacing, far):
    case = Case(MODULE, name, [2, 3, 4], seed, "random densities on rays of 7 samples",
                opticalScale=optical_scale, lastSpacing=last_spacing, far=far)
    depths = 0.8 + np.cumsum(case.uniform(0.02, 0.08, 5, 7), axis=1)
    if last_spacing == "far":
        depths[3, -1] = far + 0.05  # past the far end: its spacing is 0, and so is its gradient
    case.input("density", case.uniform(0.2, 9, 5, 7), "R N")
    case.input("ray_depths", depths, "R N")
    case.input("features", case.uniform(-2, 2, 5, 7, 3), "R N C")

    def outputs(density, ray_depths, features):
        values = along_rays(density, ray_depths, optical_scale, last_spacing, far)
        return values | {"normalized_depth": normalized_depth(values["weights"], ray_depths),
                         "rendered_feature": rendered(values["weights"], features)}

    case.expect(outputs, AXES | {"normalized_depth": "R", "rendered_feature": "R C"})
    return case


def extreme():
    case = Case(MODULE, "extreme", [2, 3], 203,
                "thin, empty and opaque rays; the last spacing is 1e10",
                opticalScale=1.5, lastSpacing="infinite", far=1.2)
    case.input("density", [
        [1e-12, 2e-12, 3e-12, 1e-30],  # thin: opacity is the optical depth itself
        [0, 0, 0, 0],                  # empty: nothing is rendered
        [1e6, 1e6, 1e6, 1e6],          # a wall at the first sample
        [0, 0, 1e6, 3],                # a wall further back
        [1e-30, 1e6, 1e-30, 0],        # thin air, a wall, nothing behind it
        [1e-12, 40, 0, 1e-12],         # half transparent, then a last sample of depth 0.015
    ], "R N")
    case.input("ray_depths", 0.8 + np.cumsum(case.uniform(0.02, 0.08, 6, 4), axis=1), "R N")
    # Differences cannot resolve 1e-30 beside 1e6, so there is no second opinion of that kind.
    case.expect(
        lambda density, ray_depths: along_rays(density, ray_depths, 1.5, "infinite", 1.2), AXES,
        extreme=("values", "derivatives"), step=None)
    return case


def cases():
    return [ordinary("infinite", 201, 1.7, "infinite", 1.2), ordinary("far", 202, 2.3, "far", 1.3),
            extreme()]
