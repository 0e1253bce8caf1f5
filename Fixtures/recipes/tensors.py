"""Operations of the engine, written as literal loops."""

import numpy as np

from .golden import Case, softmax
from .mask_softmax import interval, sample
from .resampling import upfirdn

MODULE = "Tensors"


def conv2d(x, weight, stride, padding, groups):
    """Cross-correlation with zeros outside, as torch defines it.

    x [B, C, H, W], weight [O, C / groups, I, J] -> [B, O, ...]; output channel o reads the input
    channels of its own group.
    """
    batch, channels, height, width = x.shape
    outputs, per_group, rows, columns = weight.shape
    out_height = (height + 2 * padding - rows) // stride + 1
    out_width = (width + 2 * padding - columns) // stride + 1
    result = np.zeros((batch, outputs, out_height, out_width), np.result_type(x, weight))
    for b, o, y, z, c, i, j in np.ndindex(*result.shape, per_group, rows, columns):
        row, column = y * stride + i - padding, z * stride + j - padding
        if 0 <= row < height and 0 <= column < width:
            channel = o // (outputs // groups) * per_group + c
            result[b, o, y, z] += x[b, channel, row, column] * weight[o, c, i, j]
    return result


def conv_transpose2d(x, weight, stride, padding, groups):
    """The transpose of conv2d as torch defines it: every input pixel adds a scaled kernel, which
    is not flipped; `padding` rows and columns are then cut off on each side.

    x [B, C, H, W], weight [C, O / groups, I, J] -> [B, O, (H - 1) stride - 2 padding + I, ...]
    """
    batch, channels, height, width = x.shape
    _, per_group, rows, columns = weight.shape
    out_height = (height - 1) * stride - 2 * padding + rows
    out_width = (width - 1) * stride - 2 * padding + columns
    shape = (batch, per_group * groups, out_height, out_width)
    result = np.zeros(shape, np.result_type(x, weight))
    for b, c, y, z, o, i, j in np.ndindex(*x.shape, per_group, rows, columns):
        row, column = y * stride + i - padding, z * stride + j - padding
        if 0 <= row < out_height and 0 <= column < out_width:
            output = c // (channels // groups) * per_group + o
            result[b, output, row, column] += x[b, c, y, z] * weight[c, o, i, j]
    return result


def average_pool(x, factor):
    """The mean of each factor x factor tile.  [B, C, H, W] -> [B, C, H / factor, W / factor]"""
    batch, channels, height, width = x.shape
    result = np.zeros((batch, channels, height // factor, width // factor), x.dtype)
    for b, c, y, z in np.ndindex(*x.shape):
        result[b, c, y // factor, z // factor] += x[b, c, y, z] / factor**2
    return result


def bilinear(maps, points):
    """Between pixel centres, the border outside.  [C, H, W], points [P, 2] as (column, row)
    -> [C, P]"""
    result = 0
    for row, row_share in interval(points[:, 1], maps.shape[1]):
        for column, column_share in interval(points[:, 0], maps.shape[2]):
            result = result + maps[:, row, column] * (row_share * column_share)
    return result


def log_sum_exp(x, axis):
    """log sum exp(x), the largest x taken out first."""
    largest = np.max(np.real(x), axis=axis, keepdims=True)
    return np.squeeze(largest, axis) + np.log(np.exp(x - largest).sum(axis=axis))


def exclusive_product(x):
    """The product of all elements before this one along the last axis; 1 for the first."""
    result = np.ones_like(x)
    for i in range(1, x.shape[-1]):
        result[..., i] = result[..., i - 1] * x[..., i - 1]
    return result


def search_sorted(knots, values):
    """For each value the first index whose knot is not below it (left).  [R, N], [R, M]"""
    result = np.zeros(values.shape, np.int32)
    for ray, m in np.ndindex(*values.shape):
        result[ray, m] = sum(1 for knot in knots[ray] if knot < values[ray, m])
    return result


def convolution(name, seed, function, x, weight, stride, padding, groups):
    transposed = function is conv_transpose2d
    case = Case(MODULE, name, [], seed, function.__doc__.split(":")[0].split(".")[0].strip(),
                stride=stride, padding=padding, groups=groups)
    case.input("x", case.uniform(-2, 2, *x), "B C H W")
    case.input("weight", case.uniform(-1, 1, *weight),
               "C O/groups I J" if transposed else "O C/groups I J")
    case.expect(lambda x, weight: {"y": function(x, weight, stride, padding, groups)},
                {"y": "B O H' W'"})
    return case


def resampling(name, seed, summary, **parameters):
    case = Case(MODULE, name, [], seed, summary, **parameters)
    case.input("x", case.uniform(-2, 2, 2, 3, 5, 4), "B C H W")
    case.expect(lambda x: {"y": upfirdn(x, **parameters)}, {"y": "B C H' W'"})
    return case


def pooling(name, seed, factor):
    case = Case(MODULE, name, [], seed, "average pooling of tiles", factor=factor)
    case.input("x", case.uniform(-2, 2, 2, 3, 6, 12), "B C H W")
    case.expect(lambda x: {"y": average_pool(x, factor)}, {"y": "B C H' W'"})
    return case


def sampling(name, seed, function, shape, axes, exact):
    """Samples of maps or volumes; `exact` puts points on pixels and far outside."""
    case = Case(MODULE, name, [], seed, "samples at (column, row) or (column, row, plane)")
    extent = shape[:0:-1]
    cell = np.stack([case.random.integers(0, n - 1, 9) for n in extent], axis=1)
    points = cell + case.uniform(0.1, 0.9, *cell.shape)
    points[2, 0], points[3, 1], points[7] = -0.7, extent[1] + 2.2, -0.3
    if exact:
        points[0], points[1], points[4] = cell[0], np.array(extent) - 1, 0
        points[5, 1], points[8] = 1, 1e6
    case.input("maps", case.uniform(-2, 2, *shape), axes)
    case.input("points", points, f"P {len(extent)}")
    case.expect(lambda maps, points: {"sampled": function(maps, points)}, {"sampled": "C P"},
                with_respect_to=["maps"] if exact else ["maps", "points"])
    return case


def along_the_middle(name, seed, function, output, axes):
    case = Case(MODULE, name, [], seed, "over axis 1", axis=1)
    case.input("x", case.uniform(-4, 4, 3, 5, 4), "B C N")
    case.expect(lambda x: {output: function(x, 1)}, {output: axes})
    return case


def extreme_logits():
    case = Case(MODULE, "log_sum_exp_extreme", [], 1617, "over axis 0, where a plain exp overflows "
                "or all of it underflows", axis=0)
    case.input("x", [[1e4, -1e4, 0.5, -3e300], [9.999e3, -1e4, 0.25, 2e300]], "C N")
    case.expect(lambda x: {"log_sum_exp": log_sum_exp(x, 0), "softmax": softmax(x, 0)},
                {"log_sum_exp": "N", "softmax": "C N"}, extreme=("values",), step=None)
    return case


def products():
    case = Case(MODULE, "exclusive_cumulative_product", [], 1618,
                "along the last axis; rows with one and with two zeros, where a rule that divides "
                "by the factor fails")
    x = case.uniform(-1.5, 1.5, 5, 7)
    x[1, 3], x[2, 1], x[2, 4], x[3, 0], x[4, 6] = 0, 0, 0, 0, 0
    case.input("x", x, "R N")
    case.expect(lambda x: {"y": exclusive_product(x)}, {"y": "R N"})
    return case


def searching():
    case = Case(MODULE, "search_sorted", [], 1619, "left side; values on, below and above knots")
    knots = np.sort(case.uniform(0, 1, 4, 6), axis=1)
    knots[2, 3] = knots[2, 2]  # a knot that occurs twice
    values = case.uniform(0, 1, 4, 5)
    values[0, :2], values[1, 0], values[2, 1], values[3, 4] = [-1, 2], knots[1, 4], knots[2, 2], 0
    case.input("knots", knots, "R N")
    case.input("values", values, "R M")
    case.expect(lambda knots, values: {"index": search_sorted(knots, values)}, {"index": "R M"},
                "exact")
    return case


def cases():
    return [
        convolution("conv2d", 1601, conv2d, (2, 3, 7, 6), (4, 3, 3, 3), 2, 1, 1),
        convolution("conv2d_groups", 1602, conv2d, (2, 6, 5, 4), (9, 2, 3, 2), 1, 2, 3),
        convolution("conv2d_stride3_groups2", 1603, conv2d, (3, 4, 8, 7), (6, 2, 2, 3), 3, 2, 2),
        convolution("conv2d_pointwise", 1604, conv2d, (2, 5, 4, 3), (6, 5, 1, 1), 1, 0, 1),
        convolution("conv_transpose2d", 1605, conv_transpose2d, (2, 3, 5, 4), (3, 4, 3, 3), 2, 0,
                    1),
        convolution("conv_transpose2d_groups", 1606, conv_transpose2d, (2, 6, 4, 3), (6, 3, 4, 2),
                    2, 1, 2),
        convolution("conv_transpose2d_stride3", 1607, conv_transpose2d, (2, 6, 3, 4), (6, 2, 5, 4),
                    3, 2, 3),
        resampling("upfirdn_upsample", 1608, "x2, as the skip connections do", up=2, down=1,
                   before=2, after=1, gain=4),
        resampling("upfirdn_blur_gain4", 1609, "the blur after a transposed convolution", up=1,
                   down=1, before=1, after=1, gain=4),
        resampling("upfirdn_blur", 1610, "the blur before a strided 3x3 convolution", up=1, down=1,
                   before=2, after=2, gain=1),
        resampling("upfirdn_downsample", 1611, "blur and keep every second pixel", up=1, down=2,
                   before=1, after=1, gain=1),
        pooling("average_pool2", 1612, 2), pooling("average_pool3", 1613, 3),
        sampling("bilinear", 1614, bilinear, (3, 5, 4), "C H W", False),
        sampling("bilinear_on_pixels", 1615, bilinear, (3, 5, 4), "C H W", True),
        sampling("trilinear", 1620, sample, (2, 6, 5, 4), "C D H W", False),
        sampling("trilinear_on_voxels", 1621, sample, (2, 6, 5, 4), "C D H W", True),
        along_the_middle("softmax", 1622, softmax, "softmax", "B C N"),
        along_the_middle("log_sum_exp", 1616, log_sum_exp, "log_sum_exp", "B N"),
        extreme_logits(), products(), searching(),
    ]
