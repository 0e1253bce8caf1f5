"""Equations 12 and 13: the depth smoothness loss."""

import numpy as np

from .golden import Case

MODULE = "DepthSmoothness"
OFFSETS = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]  # (0, 0) adds nothing


def neighbours(y, x, height, width):
    """The pixels (y + d1, x + d2), d1, d2 in {-1, 0, 1}, that lie on the map."""
    places = [(y + dy, x + dx) for dy, dx in OFFSETS]
    return [(j, i) for j, i in places if 0 <= j < height and 0 <= i < width]


def smoothness(depth, first_part=0):
    """Eq. 13 for one image [K, H, W]. Neighbours outside the map contribute 0 and A counts 8 of
    them everywhere; parts before `first_part` are left out of the sum, not of A."""
    parts, height, width = depth.shape
    total = 0
    for k in range(first_part, parts):
        for y in range(height):
            for x in range(width):
                for j, i in neighbours(y, x, height, width):
                    total = total + (depth[k, y, x] - depth[k, j, i]) ** 2
    return total / (8 * parts * height * width)


def smoothness_gradient(depth, first_part=0):
    """d(13)/d depth: each pair is met from both of its ends, hence 2 * 2 (d - d') / A."""
    parts, height, width = depth.shape
    gradient = np.zeros_like(depth)
    for k in range(first_part, parts):
        for y in range(height):
            for x in range(width):
                for j, i in neighbours(y, x, height, width):
                    gradient[k, y, x] += 4 * (depth[k, y, x] - depth[k, j, i])
    return gradient / (8 * parts * height * width)


def total_loss(ssgan_loss, smoothness_loss, weight):
    """Eq. 12: L = L_SSGAN + lambda L_ds."""
    return ssgan_loss + weight * smoothness_loss


def one_image(name, seed, first_part):
    case = Case(MODULE, name, [12, 13], seed,
                "one image's depth maps, in planes; smoothness_gradient is the analytic formula",
                smoothnessWeight=0.1, partsLeftOut=first_part, parts=3)
    case.input("depth", case.uniform(-3, 20, 3, 5, 4), "K H W")
    case.input("ssgan_loss", 2.71, "")

    def outputs(depth, ssgan_loss):
        loss = smoothness(depth, first_part)
        return {"smoothness": np.asarray(loss),
                "total": np.asarray(total_loss(ssgan_loss, loss, 0.1))}

    case.expect(outputs, {"smoothness": "", "total": ""})
    case.expect(
        lambda depth, ssgan_loss: {"smoothness_gradient": smoothness_gradient(depth, first_part)},
        {"smoothness_gradient": "K H W"}, derivative=None)
    return case


def batch():
    case = Case(MODULE, "batch", [13], 1303, "the mean over a batch of each image's loss", parts=3)
    case.input("depth", case.uniform(-3, 20, 2, 3, 5, 4), "B K H W")

    def outputs(depth):
        losses = np.array([smoothness(image) for image in depth])
        return {"smoothness_per_image": losses, "smoothness": losses.mean()}

    case.expect(outputs, {"smoothness_per_image": "B", "smoothness": ""})
    return case


def cases():
    return [one_image("one_image", 1301, 0), one_image("background_left_out", 1302, 1), batch()]
