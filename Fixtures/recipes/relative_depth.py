"""Section 3.2, after equation 7: absolute depth from depth relative to the face."""

import numpy as np

from .golden import Case

MODULE = "RelativeDepth"
BACKGROUND, FACE = 0, 1
CURVE_SCALE = 8.0  # planes


def stands_on_the_face(part, mode):
    """Background and face base have a depth of their own; in mode "absolute" every part has."""
    return mode == "relative" and part not in (BACKGROUND, FACE)


def to_absolute(relative, mode):
    """d^_k(x, y) = d_k(x, y) + d_face(x, y), part by part: [.., K, H, W]."""
    face = relative[..., FACE, :, :]
    maps = [relative[..., k, :, :] + face if stands_on_the_face(k, mode) else relative[..., k, :, :]
            for k in range(relative.shape[-3])]
    return np.stack(maps, axis=-3)


def to_relative(absolute, mode):
    """The inverse: d_k(x, y) = d^_k(x, y) - d^_face(x, y)."""
    face = absolute[..., FACE, :, :]
    maps = [absolute[..., k, :, :] - face if stands_on_the_face(k, mode) else absolute[..., k, :, :]
            for k in range(absolute.shape[-3])]
    return np.stack(maps, axis=-3)


def curved(relative, factors, mode):
    """sum factors exp(d^ / s): the map is linear, and a curved function of it is not."""
    return np.sum(factors * np.exp(to_absolute(relative, mode) / CURVE_SCALE))


def curved_gradient(relative, factors, mode):
    """d curved / d relative, by hand: the face has its own term and those of all parts above it."""
    own = factors * np.exp(to_absolute(relative, mode) / CURVE_SCALE) / CURVE_SCALE
    maps = []
    for k in range(relative.shape[-3]):
        gradient = own[..., k, :, :]
        if k == FACE:
            for above in range(relative.shape[-3]):
                if stands_on_the_face(above, mode):
                    gradient = gradient + own[..., above, :, :]
        maps.append(gradient)
    return np.stack(maps, axis=-3)


def depth_maps(name, seed, mode, shape, summary):
    """The map, its inverse, and a curved function of it with its gradient; the derivative of that
    gradient is the second derivative."""
    axes = "B K H W" if len(shape) == 4 else "K H W"
    case = Case(MODULE, name, [], seed, f"section 3.2: {summary}; curved is the sum of factors * "
                "exp(absolute_depth / curveScale), curved_gradient its derivative by relative_depth",
                depthMode=mode, parts=shape[-3], curveScale=CURVE_SCALE)
    case.input("relative_depth", case.uniform(-3, 20, *shape), axes)
    case.input("measured_depth", case.uniform(-3, 34, *shape), axes)
    case.input("factors", case.uniform(-1.5, 1.5, *shape), axes)

    def outputs(relative_depth, measured_depth, factors):
        return {"absolute_depth": to_absolute(relative_depth, mode),
                "relative_of_measured": to_relative(measured_depth, mode),
                "curved": np.asarray(curved(relative_depth, factors, mode)),
                "curved_gradient": curved_gradient(relative_depth, factors, mode)}

    case.expect(outputs, {"absolute_depth": axes, "relative_of_measured": axes, "curved": "",
                          "curved_gradient": axes})
    return case


def cases():
    return [
        depth_maps("relative", 3201, "relative", (5, 3, 4), "three parts above the face"),
        depth_maps("nothing_above_the_face", 3202, "relative", (2, 3, 5),
                   "background and face base alone"),
        depth_maps("absolute", 3203, "absolute", (4, 3, 5), "the ablation, d^ = d for every part"),
        depth_maps("batch", 3204, "relative", (2, 4, 5, 3), "two images at once"),
    ]
