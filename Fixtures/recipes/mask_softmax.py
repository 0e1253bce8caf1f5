"""Equations 9 to 11: sampling a part's density, mask logits, masks; and the final mask."""

import numpy as np

from .golden import Case, clamp, real, softmax
from .resampling import upsampled

MODULE = "MaskSoftmax"


def sample(volume, points):
    """SAMPLE of Eq. 11: trilinear between voxel centres, the border outside.

    volume [..., D, H, W], points [P, 3] as (column, row, plane) -> [..., P].
    """
    result = 0
    cells = [interval(points[:, axis], volume.shape[-1 - axis]) for axis in range(3)]
    for plane, plane_share in cells[2]:
        for row, row_share in cells[1]:
            for column, column_share in cells[0]:
                corner = volume[..., plane, row, column]
                result = result + corner * (plane_share * row_share * column_share)
    return result


def interval(coordinate, count):
    """The two voxels around a coordinate along one axis, each with its share of the sample."""
    inside = clamp(coordinate, 0, count - 1)
    low = np.floor(real(inside)).astype(int)
    high = np.minimum(low + 1, count - 1)
    return [(low, 1 - (inside - low)), (high, inside - low)]


def mask_logits(part_density, weights):
    """Eq. 10: m_init_k = sum over i of w_i sigma_k,i.  [R, N, K], [R, N] -> [R, K]"""
    return (weights[..., None] * part_density).sum(axis=-2)


def mask_probabilities(logits):
    """Eq. 9, its numerator read as exp(m_init_k): a softmax over the parts, the last axis."""
    return softmax(logits, axis=-1)


def final_mask(probabilities, residual):
    """Section 3.3: m_hr = upsample(m) + residual; the mask travels as 2m - 1."""
    return upsampled(2 * probabilities - 1) + residual


def masks():
    case = Case(MODULE, "masks", [9, 10], 901,
                "mask logits with the rendering weights, and with 1 in their place", parts=3)
    # Drawn part by part, stored with the parts last, as the page and the code have them.
    case.input("part_density", np.moveaxis(case.uniform(0, 1.5, 3, 5, 4), 0, -1), "R N K")
    case.input("weights", case.uniform(0.02, 0.25, 5, 4), "R N")

    def outputs(part_density, weights):
        logits = mask_logits(part_density, weights)
        ones = mask_logits(part_density, np.ones(weights.shape))
        return {"mask_logits": logits, "mask_logits_ones": ones,
                "mask_probabilities": mask_probabilities(logits),
                "mask_probabilities_ones": mask_probabilities(ones)}

    case.expect(outputs, {"mask_logits": "R K", "mask_logits_ones": "R K",
                          "mask_probabilities": "R K", "mask_probabilities_ones": "R K"})
    return case


def extreme():
    case = Case(MODULE, "extreme_logits", [9], 902,
                "logits so far apart that a plain exp overflows or divides 0 by 0", parts=3)
    case.input("mask_logits", [[1e4, 9.9e3, -700], [-1e4, -1e4, -9.999e3], [0.5, 0.25, 0.125],
                               [3e300, -3e300, 7]], "R K")
    case.expect(lambda mask_logits: {"mask_probabilities": mask_probabilities(mask_logits)},
                {"mask_probabilities": "R K"}, extreme=("values",), step=None)
    return case


def sampling(name, seed, points, differentiable):
    case = Case(MODULE, name, [11], seed,
                "a trilinear sample at voxel coordinates (column, row, plane), border outside")
    case.input("volume", case.uniform(0.2, 4, 6, 5, 4), "D H W")
    case.input("points", points(case), "P 3")
    case.expect(lambda volume, points: {"sampled": sample(volume, points)}, {"sampled": "P"},
                with_respect_to=["volume", "points"] if differentiable else ["volume"])
    return case


def between_voxels(case):
    """Points inside cells, or outside the volume: the sample is differentiable there."""
    cell = np.stack([case.random.integers(0, n - 1, 9) for n in (4, 5, 6)], axis=1)
    points = cell + case.uniform(0.1, 0.9, 9, 3)
    points[2, 0], points[3, 1], points[5, 2] = -0.7, 4.2, 31.5
    points[7] = [3.8, -1.3, -0.5]
    return points


def on_voxels(case):
    """Points on voxels, on the border, far outside."""
    points = between_voxels(case)
    points[0], points[1], points[4] = [1, 2, 3], [3, 4, 5], [0, 0, 0]
    points[6, 2], points[8] = 2, [-1e6, 50, 1e9]
    return points


def final():
    case = Case(MODULE, "final_mask", [9], 905,
                "upsample(2m - 1) + residual, upsampled x2 with the kernel [1, 3, 3, 1]", parts=3)
    case.input("mask_probabilities", softmax(case.uniform(-2, 2, 3, 5, 4), axis=0), "K H W")
    case.input("mask_residual", case.uniform(-0.4, 0.4, 3, 10, 8), "K 2H 2W")
    case.expect(
        lambda mask_probabilities, mask_residual:
            {"mask_final": final_mask(mask_probabilities, mask_residual)},
        {"mask_final": "K 2H 2W"})
    return case


def cases():
    return [masks(), extreme(), sampling("sample", 903, between_voxels, True),
            sampling("sample_on_voxels", 904, on_voxels, False), final()]
