"""The networks' layers: equalised, modulated and fixed-style layers, render net, discriminator.

Parameters come as a dictionary `p` under the names they have on disk.
"""

import math

import numpy as np

from .golden import real
from .resampling import upfirdn, upsampled

MODULE = "Networks"


def activated(x, bias):
    """sqrt(2) leakyReLU(x + b), slope 0.2; axis 1 counts channels."""
    y = x + np.reshape(bias, (1, -1) + (1,) * (x.ndim - 2))
    return np.where(real(y) < 0, 0.2 * y, y) * math.sqrt(2)


def linear(x, weight, bias, rate=1.0):
    """x W^T rate / sqrt(in) + b rate.  [B, in], [out, in], [out] -> [B, out]"""
    return x @ weight.T * (rate / math.sqrt(weight.shape[1])) + bias * rate


def equalized(weight):
    """W / sqrt(inputs of one output)."""
    return weight / math.sqrt(weight[0].size)


def convolved(x, weight, stride=1, padding=0):
    """Cross-correlation, one kernel tap after the other.  [B, C, H, W], [O, C, I, J]"""
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows, columns = weight.shape[2:]
    height = (x.shape[2] - rows) // stride + 1
    width = (x.shape[3] - columns) // stride + 1
    last_row, last_column = stride * (height - 1) + 1, stride * (width - 1) + 1
    result = 0
    for i, j in np.ndindex(rows, columns):
        seen = x[:, :, i:i + last_row:stride, j:j + last_column:stride]
        result = result + np.einsum("oc,bcyx->boyx", weight[:, :, i, j], seen)
    return result


def spread(x, weight):
    """The transposed convolution of stride 2 without padding: a pixel adds a scaled kernel, which
    is not flipped.  [B, C, H, W], [O, C, 3, 3] -> [B, O, 2H + 1, 2W + 1]"""
    batch, _, height, width = x.shape
    result = np.zeros((batch, len(weight), 2 * height + 1, 2 * width + 1),
                      np.result_type(x, weight))
    for i, j in np.ndindex(3, 3):
        result[:, :, i:i + 2 * height:2, j:j + 2 * width:2] += np.einsum(
            "oc,bcyx->boyx", weight[:, :, i, j], x)
    return result


def pixel_norm(x):
    """x / sqrt(mean x^2 + 1e-8) over the last axis."""
    return x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + 1e-8)


def mapping(z, p, layers):
    """w = f(z): pixel norm, linear layers with a learning rate of 0.01, each activated."""
    x = pixel_norm(z)
    for layer in range(1, layers + 1):
        x = x @ p[f"style.{layer}.weight"].T * (0.01 / math.sqrt(x.shape[1]))
        x = activated(x, p[f"style.{layer}.bias"] * 0.01)
    return x


def waves(frequencies, size):
    """x, y, then sin x, sin y, cos x, cos y of 1, 2, 4, ... times the coordinates."""
    line = np.linspace(-1, 1, size)
    x, y = np.tile(line, (size, 1)), np.tile(line[:, None], (1, size))
    maps = [x, y]
    for octave in range(frequencies):
        f = 2**octave
        maps += [np.sin(f * x), np.sin(f * y), np.cos(f * x), np.cos(f * y)]
    return np.stack(maps)


def waves_at(frequencies, where):
    """x, y, z, then sin x, sin y, sin z, cos x, cos y, cos z of 1, 2, 4, ... times the coordinates.
    [P, 3] -> [3 (2F + 1), P]"""
    rows = [where[:, axis] for axis in range(3)]
    for octave in range(frequencies):
        f = 2**octave
        rows += [np.sin(f * where[:, axis]) for axis in range(3)]
        rows += [np.cos(f * where[:, axis]) for axis in range(3)]
    return np.stack(rows)


def fourier(p, frequencies, size):
    """The embedding: waves through a 1x1 convolution without bias.  [c, size, size]"""
    return convolved(waves(frequencies, size)[None], equalized(p["pos_embed.weights"]))[0]


def modulated(x, latent, p, name):
    """One modulated, demodulated 1x1 layer on one image.  [in, P], [L] -> [out, P]"""
    weight = p[f"{name}.conv.weight"][0, :, :, 0, 0]
    affine = p[f"{name}.conv.modulation.weight"]
    style = affine @ latent / math.sqrt(len(latent)) + p[f"{name}.conv.modulation.bias"]
    kernel = weight / math.sqrt(weight.shape[1]) * style
    kernel = kernel / np.sqrt((kernel * kernel).sum(axis=1, keepdims=True) + 1e-8)
    return activated((kernel @ x)[None], p[f"{name}.activate.bias"])[0]


def head(x, p, name):
    """y = (W m / sqrt(in)) x + b, b a number for each channel or a map.  [in, P] -> [out, P]"""
    weight = p[f"{name}.conv.weight"] * p[f"{name}.conv.modulation"]
    bias = p[f"{name}.bias"][0]
    return equalized(weight)[:, :, 0, 0] @ x + bias.reshape(len(bias), -1)


def part_generator(embedding, latents, p, style, counts, activation):
    """One part's generator on one image: [c, H, W], [layers, L] -> the outputs of its layers,
    feature, depth (None without ToDepth) and density (None without an activation)."""
    base, shape, _ = counts
    extent = embedding.shape[1:]
    x, layers = embedding.reshape(len(embedding), -1), []
    first = 0
    if style == "scaleShift":
        x = modulated(x, latents[0], p, "weight") * x + modulated(x, latents[0], p, "bias")
        first = base
    depth = density = None
    for index in range(first, sum(counts)):
        x = modulated(x, latents[index], p, f"linears.{index - first}")
        layers.append(x.reshape(-1, *extent))
        if index == base + shape - 1:
            if "to_depth.bias" in p:
                depth = head(x, p, "to_depth").reshape(extent)
            if activation:
                raw = head(x, p, "to_sigma").reshape(extent)
                density = (np.where(real(raw) > 0, raw, 0) if activation == "relu"
                           else np.log(1 + np.exp(raw)))
    return layers, head(x, p, "to_feat").reshape(-1, *extent), depth, density


def fixed_layer(x, p, index, upsampling, noise=None):
    """A 3x3 layer with a learned style: demodulated, noise, activation."""
    name = f"convs.{index}"
    kernel = equalized(p[f"{name}.weight"] * p[f"{name}.modulation"])
    kernel = kernel / np.sqrt((kernel * kernel).sum(axis=(1, 2, 3), keepdims=True) + 1e-8)
    if upsampling:
        y = upfirdn(spread(x, kernel), up=1, down=1, before=1, after=1, gain=4)
    else:
        y = convolved(x, kernel, padding=1)
    noise = p[f"noises.noise_{index}"] if noise is None else noise
    return activated(y + p[f"{name}.noise.weight"] * noise, p[f"{name}.activate.bias"])


def image_head(x, p, name):
    """A 1x1 head with a learned style and a bias."""
    return convolved(x, equalized(p[f"{name}.conv.weight"] * p[f"{name}.conv.modulation"])) \
        + p[f"{name}.bias"]


def pooled(x, factor):
    """The mean of every factor x factor tile."""
    batch, channels, height, width = x.shape
    tiles = x.reshape(batch, channels, height // factor, factor, width // factor, factor)
    return tiles.mean(axis=(3, 5))


def render_net(feature, coarse_mask, p, first_size, image_size):
    """Image, mask residual and mask. The mask sum meets the coarse mask at the feature's size."""
    coarse_size = feature.shape[2]
    x, size, block = pooled(feature, coarse_size // first_size), first_size, 0
    image = residual_mask = mask = 0
    while size < image_size:
        if size == coarse_size:
            x = np.concatenate([x, feature], axis=1)
            mask = mask + coarse_mask
        x = fixed_layer(x, p, 2 * block, True)
        x = fixed_layer(x, p, 2 * block + 1, False)
        size *= 2
        if block:
            image, residual_mask, mask = map(upsampled, (image, residual_mask, mask))
        image = image + image_head(x, p, f"to_rgbs.{block}")
        refinement = image_head(x, p, f"to_segs.{block}")
        residual_mask, mask = residual_mask + refinement, mask + refinement
        block += 1
    if coarse_size == image_size:
        mask = mask + coarse_mask
    return image, residual_mask, mask


def residual(x, p):
    """(3x3, blurred 3x3 of stride 2, plus a blurred 1x1 skip of stride 2) / sqrt(2)."""
    y = activated(convolved(x, equalized(p["conv1.0.weight"]), padding=1), p["conv1.1.bias"])
    y = upfirdn(y, up=1, down=1, before=2, after=2, gain=1)
    y = activated(convolved(y, equalized(p["conv2.1.weight"]), stride=2), p["conv2.2.bias"])
    skip = upfirdn(x, up=1, down=1, before=1, after=1, gain=1)
    return (y + convolved(skip, equalized(p["skip.1.weight"]), stride=2)) / math.sqrt(2)


def minibatch_deviation(x):
    """One map for each image: the mean over channels and pixels of the deviation in its group;
    image b belongs to group b mod (B / g), g = min(B, 4).  [B, C, H, W] -> [B, 1, H, W]"""
    batch = len(x)
    groups = batch // min(batch, 4)
    result = np.zeros((batch, 1) + x.shape[2:], x.dtype)
    for m in range(groups):
        members = x[m::groups]
        centered = members - members.mean(axis=0)
        deviation = np.sqrt((centered * centered).mean(axis=0) + 1e-8)
        result[m::groups] = deviation.mean()
    return result


def within(p, prefix):
    """The parameters whose names begin with `prefix` and a dot, under the rest of their names."""
    return {name[len(prefix) + 1:]: value for name, value in p.items()
            if name.startswith(prefix + ".")}


def discriminator(p, image, mask):
    """One score for each pair; without a mask its trunk is left out.  -> [B, 1]"""
    x = 0
    for name, pixels in (("convs_img", image), ("convs_seg", mask)):
        if pixels is None:
            continue
        own = within(p, name)
        y = activated(convolved(pixels, equalized(own["0.0.weight"])), own["0.1.bias"])
        block = 1
        while f"{block}.skip.1.weight" in own:
            y = residual(y, within(own, str(block)))
            block += 1
        x = x + y
    x = np.concatenate([x, minibatch_deviation(x)], axis=1)
    x = convolved(x, equalized(p["final_conv.0.weight"]), padding=1)
    x = activated(x, p["final_conv.1.bias"]).reshape(len(x), -1)
    x = linear(x, p["final_linear.0.weight"], 0)
    return linear(activated(x, p["final_linear.0.bias"]),
                  p["final_linear.1.weight"], p["final_linear.1.bias"])
