"""Poses, rays, samples along them, voxel coordinates, and the importance pass."""

import math

import numpy as np

from .golden import Case, clamp

MODULE = "Camera"
BOX = {"min": [-0.1886, -0.1671, -0.1956], "max": [0.1887, 0.1692, 0.1872]}


def normalized(v):
    """v / |v| along the last axis."""
    return v / np.sqrt((v * v).sum(axis=-1, keepdims=True))


def cross(a, b):
    """The cross product of rows of three."""
    return np.stack([a[..., 1] * b[..., 2] - a[..., 2] * b[..., 1],
                     a[..., 2] * b[..., 0] - a[..., 0] * b[..., 2],
                     a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]], axis=-1)


def positions(poses, radius):
    """r (sin p cos y, cos p, sin p sin y), pitch kept off the poles.  [B, 2] -> [B, 3]"""
    yaw, pitch = poses[:, 0], clamp(poses[:, 1], 1e-5, math.pi - 1e-5)
    return radius * np.stack([np.sin(pitch) * np.cos(yaw), np.cos(pitch),
                              np.sin(pitch) * np.sin(yaw)], axis=1)


def axes(position):
    """The camera's right, up and backward in the world, [B, 3] each; it looks at the origin."""
    forward = normalized(-position)
    world_up = np.zeros_like(position)
    world_up[:, 1] = 1
    left = normalized(cross(world_up, forward))
    up = normalized(cross(forward, left))
    return -left, up, -forward


def directions(right, up, backward, field_of_view, size):
    """Unit rays through a grid with end points, row 0 on top, ray = row * size + column."""
    line = np.linspace(-1, 1, size)
    rays = []
    for row in range(size):
        for column in range(size):
            local = np.array([line[column], -line[row],
                              -1 / math.tan(math.radians(field_of_view) / 2)])
            x, y, z = normalized(local)
            rays.append(x * right + y * up + z * backward)
    return np.stack(rays, axis=1)


def coarse_depths(near, far, samples):
    """Evenly spaced distances along the unit ray, end points included.  [N]"""
    return np.array([near + (far - near) * i / (samples - 1) for i in range(samples)])


def jittered(depths, uniforms):
    """t + (u - 1/2) step: training moves every sample within its interval."""
    return depths + (uniforms - 0.5) * (depths[1] - depths[0])


def points(position, direction, depths):
    """o + t d.  [B, 3], [B, R, 3], [B, R, N] -> [B, R, N, 3]"""
    return position[:, None, None] + depths[..., None] * direction[:, :, None]


def voxels(where, box, columns, rows, planes, row_axis):
    """World points to (column, row, plane), not clamped: corners of the box are voxel centres;
    rowAxis `down` has row 0 at the largest y."""
    low, high = np.array(box["min"]), np.array(box["max"])
    share = (where - low) / (high - low)
    row_share = 1 - share[..., 1] if row_axis == "down" else share[..., 1]
    return np.stack([share[..., 0] * (columns - 1), row_share * (rows - 1),
                     share[..., 2] * (planes - 1)], axis=-1)


def importance_depths(depths, weights, uniforms):
    """Draws depths where the coarse weights are: the inverse of a piecewise linear cdf whose knots
    are the midpoints between samples.  [R, N], [R, N], [R, M] -> [R, M]"""
    result = np.empty(uniforms.shape)
    for ray in range(len(depths)):
        middles = [(a + b) / 2 for a, b in zip(depths[ray, :-1], depths[ray, 1:])]
        heights = [(w + 1e-5) + 1e-5 for w in weights[ray, 1:-1]]  # the floor is added twice
        cdf = [0.0]
        for height in heights:
            cdf.append(cdf[-1] + height / math.fsum(heights))
        for m, u in enumerate(uniforms[ray]):
            found = sum(1 for value in cdf if value < u)  # the first knot with cdf >= u
            above, below = min(found, len(cdf) - 1), max(found - 1, 0)
            gap = cdf[above] - cdf[below]
            share = (u - cdf[below]) / (gap if gap != 0 else 1)
            result[ray, m] = middles[below] + share * (middles[above] - middles[below])
    return result


def merged(depths, more):
    """Coarse and importance samples, sorted.  [R, N], [R, M] -> [R, N + M]"""
    return np.sort(np.concatenate([depths, more], axis=1), axis=1)


def views(name, seed, poses, size, samples, camera, box, volume):
    case = Case(MODULE, name, [], seed, "frames, rays, samples and their voxel coordinates",
                camera=camera, volumeBox=box, raysPerSide=size, samples=samples, **volume)
    case.input("poses", poses, "B 2")
    case.input("jitter", case.uniform(0, 1, len(poses), size * size, samples), "B R N")
    extent = volume["columns"], volume["rows"], volume["depthPlanes"]

    def outputs(poses, jitter):
        position = positions(poses, camera["radius"])
        right, up, backward = axes(position)
        direction = directions(right, up, backward, camera["fov"], size)
        depths = jittered(coarse_depths(camera["near"], camera["far"], samples), jitter)
        where = points(position, direction, depths)
        return {"position": position, "right": right, "up": up, "backward": backward,
                "directions": direction, "jittered_depths": depths, "points": where,
                "voxels_down": voxels(where, box, *extent, "down"),
                "voxels_up": voxels(where, box, *extent, "up")}

    case.expect(outputs, {
        "position": "B 3", "right": "B 3", "up": "B 3", "backward": "B 3", "directions": "B R 3",
        "jittered_depths": "B R N", "points": "B R N 3", "voxels_down": "B R N 3",
        "voxels_up": "B R N 3"})
    case.expect(
        lambda **_: {"coarse_depths": coarse_depths(camera["near"], camera["far"], samples)},
        {"coarse_depths": "N"}, derivative=None)
    return case


def near_pole():
    case = Case(MODULE, "pitch_clamped", [], 1503,
                "pitch beyond the poles is clamped to [1e-5, pi - 1e-5]; its gradient is 0 there",
                camera={"radius": 1.3})
    case.input("poses", [[1.2, -0.2], [2.1, 3.7]], "B 2")

    def outputs(poses):
        position = positions(poses, 1.3)
        right, up, backward = axes(position)
        return {"position": position, "right": right, "up": up, "backward": backward}

    case.expect(outputs, {name: "B 3" for name in ("position", "right", "up", "backward")},
                "near pole", "near pole derivative")
    return case


def importance(name, seed, uniforms):
    case = Case(MODULE, name, [], seed,
                "importance samples of random, empty, one-hot and very thin weights; sorted with "
                "the coarse samples; detached, so without derivatives")
    weights = case.uniform(0.01, 0.12, 6, 8)
    weights[1], weights[2], weights[3] = 0, 0, 1e-12 * weights[3]
    weights[2, 4] = 0.97  # everything in one interval
    weights[4, 0], weights[4, 7] = 0.5, 0.4  # the first and the last weight do not count
    case.input("ray_depths", 0.8 + np.cumsum(case.uniform(0.02, 0.07, 6, 8), axis=1), "R N")
    case.input("weights", weights, "R N")
    case.input("uniforms", uniforms(case), "R M")

    def outputs(ray_depths, weights, uniforms):
        more = importance_depths(ray_depths, weights, uniforms)
        return {"importance_depths": more, "merged_depths": merged(ray_depths, more)}

    case.expect(outputs, {"importance_depths": "R M", "merged_depths": "R N+M"}, "importance",
                derivative=None)
    return case


def drawn(case):
    """Random numbers, and the two ends."""
    uniforms = case.uniform(0, 1, 6, 5)
    uniforms[0, 1], uniforms[5, 3], uniforms[1, 0], uniforms[2, 4] = 0, 1, 0, 1
    return uniforms


def quantiles(case):
    """What evaluation uses: linspace(0, 1) on every ray."""
    return np.tile(np.linspace(0, 1, 5), (6, 1))


def cases():
    half = math.pi / 2
    turned = [[half, half], [half + 0.35, half - 0.2], [half - 0.5, half + 0.155], [2.6, 0.9]]
    portrait = {"radius": 1, "fov": 12, "near": 0.8, "far": 1.2}
    other = {"radius": 1.3, "fov": 25, "near": 0.9, "far": 1.7}
    box = {"min": [-0.31, -0.27, -0.22], "max": [0.33, 0.24, 0.29]}
    return [
        views("portrait_camera", 1501, turned, 3, 5, portrait, BOX,
              {"columns": 7, "rows": 6, "depthPlanes": 8}),
        views("other_camera", 1502, turned[1:3], 4, 5, other, box,
              {"columns": 9, "rows": 7, "depthPlanes": 6}),
        near_pole(), importance("importance_drawn", 1504, drawn),
        importance("importance_quantiles", 1505, quantiles),
    ]
