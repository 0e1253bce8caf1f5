"""Equations 5 to 7: soft unprojection of a part's maps into a volume, and samples of it."""

import numpy as np

from .golden import Case, absolute
from .mask_softmax import sample
from .part_fusion import fused_density, fused_feature

MODULE = "GaussianLifting"


def kernel(u, kind, alpha):
    """The bell psi(u): Eq. 7, and the two inverse-proportional functions of section 4.2."""
    if kind == "gaussian":
        return np.exp(-alpha * u * u)
    if kind == "inverse":
        return 1 / (1 + alpha * absolute(u))
    return 1 / (1 + alpha * u * u)


def lifting_weights(absolute_depth, depth_planes, kind, alpha):
    """Eq. 7: psi(x, y, z) of the offset d(x, y) - z, z = 0 ... D - 1.  [H, W] -> [D, H, W]"""
    return np.stack([kernel(absolute_depth - z, kind, alpha) for z in range(depth_planes)])


def lifted_feature(psi, feature):
    """Eq. 5: f3d(x, y, z) = psi(x, y, z) f2d(x, y).  [D, H, W], [C, H, W] -> [C, D, H, W]"""
    return np.stack([psi * channel for channel in feature])


def lifted_density(psi, density):
    """Eq. 6: sigma3d(x, y, z) = psi(x, y, z) sigma2d(x, y).  [D, H, W], [H, W] -> [D, H, W]"""
    return psi * density


def lifting(name, seed, kind, alpha, depth_planes=6):
    case = Case(MODULE, name, [5, 6, 7], seed,
                "one part lifted; some depths lie before the first or behind the last plane",
                liftingKernel=kind, liftingAlpha=alpha, depthPlanes=depth_planes)
    case.input("absolute_depth", case.uniform(-1.5, depth_planes + 0.5, 5, 4), "H W")
    case.input("feature", case.uniform(-2, 2, 3, 5, 4), "C H W")
    case.input("density", case.uniform(0.2, 9, 5, 4), "H W")

    def outputs(absolute_depth, feature, density):
        psi = lifting_weights(absolute_depth, depth_planes, kind, alpha)
        return {"psi": psi, "lifted_feature": lifted_feature(psi, feature),
                "lifted_density": lifted_density(psi, density)}

    case.expect(outputs, {"psi": "D H W", "lifted_feature": "C D H W", "lifted_density": "D H W"})
    return case


def on_the_planes():
    case = Case(MODULE, "inverse_on_the_planes", [5, 6, 7], 704,
                "inverse kernel, some depths are plane numbers: |u| has the derivative 0 at 0",
                liftingKernel="inverse", liftingAlpha=1.6, depthPlanes=6)
    depth = case.uniform(-1.5, 6.5, 5, 4)
    depth[1, 2], depth[0, 0], depth[4, 3] = 3, 0, 5
    case.input("absolute_depth", depth, "H W")
    case.expect(
        lambda absolute_depth: {"psi": lifting_weights(absolute_depth, 6, "inverse", 1.6)},
        {"psi": "D H W"}, step=None)  # differences cannot be taken across the kink
    return case


def streamed(name, seed, kind, alpha, fusion, coordinates, differentiable):
    """The slow way: build every part's volume, fuse them, interpolate. A streaming sample that
    never builds them has to give the same."""
    planes = 6
    case = Case(MODULE, name, [5, 6, 7, 8, 11], seed,
                "samples of the fused feature and of each part's density at voxel coordinates "
                "(column, row, plane); outside the volume the border is read",
                liftingKernel=kind, liftingAlpha=alpha, depthPlanes=planes, fusion=fusion, parts=3)
    case.input("absolute_depth", case.uniform(-0.5, planes - 0.5, 3, 5, 4), "K H W")
    case.input("feature", case.uniform(-2, 2, 3, 2, 5, 4), "K C H W")
    case.input("density", case.uniform(0.2, 4, 3, 5, 4), "K H W")
    case.input("coordinates", coordinates(case, 4, 5, planes), "P 3")

    def outputs(absolute_depth, feature, density, coordinates):
        psi = np.stack([lifting_weights(d, planes, kind, alpha) for d in absolute_depth])
        fused = fused_feature(psi, density, feature, fusion)
        return {"fused_feature_sample": sample(fused, coordinates).T,
                "part_density_sample": sample(lifted_density(psi, density[:, None]), coordinates).T,
                "fused_density_sample": sample(fused_density(psi, density), coordinates)}

    maps = ["absolute_depth", "feature", "density"]
    case.expect(outputs, {"fused_feature_sample": "P C", "part_density_sample": "P K",
                          "fused_density_sample": "P"},
                with_respect_to=maps + ["coordinates"] if differentiable else maps)
    return case


def between_voxels(case, columns, rows, planes):
    """Coordinates where the sample is differentiable: inside cells, or outside the volume."""
    cell = np.stack([case.random.integers(0, n - 1, 11) for n in (columns, rows, planes)], axis=1)
    points = cell + case.uniform(0.1, 0.9, 11, 3)
    points[1, 0], points[4, 1], points[6, 2] = -0.4, rows - 0.3, planes + 1.7
    points[9] = [columns + 0.6, -2.2, -0.25]
    return points


def on_voxels(case, columns, rows, planes):
    """Coordinates on voxels, on faces between them, on the border and far outside."""
    points = between_voxels(case, columns, rows, planes)
    points[0] = [2, 3, 4]
    points[2] = [0, 0, 0]
    points[3] = [columns - 1, rows - 1, planes - 1]
    points[5, 1] = 2
    points[7, 2] = 1
    points[8] = [-100, 100, 1e6]
    return points


def cases():
    return [
        lifting("gaussian", 701, "gaussian", 1.7), lifting("inverse", 702, "inverse", 1.6),
        lifting("inverse_square", 703, "inverseSquare", 2.4), on_the_planes(),
        streamed("stream_gaussian", 705, "gaussian", 0.6, "sum", between_voxels, True),
        streamed("stream_on_voxels", 706, "gaussian", 0.6, "sum", on_voxels, False),
        streamed("stream_inverse", 707, "inverse", 1.6, "sum", between_voxels, True),
        streamed("stream_inverse_square", 708, "inverseSquare", 2.4, "sum", between_voxels, True),
        streamed("stream_density_softmax", 709, "gaussian", 0.6, "densitySoftmax",
                 between_voxels, True),
    ]
