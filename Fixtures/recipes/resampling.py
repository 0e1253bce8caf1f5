"""Up- and downsampling with the kernel [1, 3, 3, 1], as literal loops."""

import numpy as np

TAPS = np.array([1.0, 3.0, 3.0, 1.0])


def upfirdn(maps, up, down, before, after, gain):
    """Insert up - 1 zeros behind each pixel, pad, filter with [1, 3, 3, 1] of sum `gain` along
    rows and along columns (product of sums), keep every `down`-th pixel.  [..., H, W]"""
    kernel = np.outer(TAPS, TAPS) * gain / 64
    rows, columns = maps.shape[-2] * up, maps.shape[-1] * up
    padded = np.zeros(maps.shape[:-2] + (before + rows + after, before + columns + after),
                      dtype=maps.dtype)
    padded[..., before:before + rows:up, before:before + columns:up] = maps
    height, width = padded.shape[-2] - 3, padded.shape[-1] - 3
    filtered = np.zeros(maps.shape[:-2] + (height, width), dtype=maps.dtype)
    for i in range(4):
        for j in range(4):  # a convolution: the kernel is flipped
            filtered += kernel[3 - i, 3 - j] * padded[..., i:i + height, j:j + width]
    return filtered[..., ::down, ::down]


def upsampled(maps):
    """x2: zero insertion, padding (2, 1), kernel sum 4.  [..., H, W] -> [..., 2H, 2W]"""
    return upfirdn(maps, up=2, down=1, before=2, after=1, gain=4)
