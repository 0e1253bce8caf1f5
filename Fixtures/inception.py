#!/usr/bin/env python3
"""Writes Fixtures/Inception, or checks it. Needs torch, torchvision and pytorch-fid; the tests need none.

    python3 Fixtures/inception.py            writes the files
    python3 Fixtures/inception.py --check    says whether they hold what the packages compute

The weights of Inception v3 cannot be part of this project. The network is compared with random weights
that both sides make by one formula: number i of tensor t, the tensors in the order of their sorted names,
is made from splitmix64(t · 2³² + i), see `numbers`. `features.safetensors` holds what pytorch-fid's network
and torchvision's, prepared as SemanticStyleGAN does, give for the same pictures, and `distance` what
pytorch-fid calls the distance between the first and the second half of them.
"""

import argparse
import json
import pathlib
import sys

import numpy as np
import safetensors.numpy
import torch

# A wheel of torchvision for another build of torch lacks compiled operators, which are not needed.
register = torch.library.register_fake
torch.library.register_fake = lambda *names, **options: lambda function: function
import torchvision.models.inception  # noqa: E402
from pytorch_fid import fid_score, inception  # noqa: E402
torch.library.register_fake = register

FOLDER = pathlib.Path(__file__).resolve().parent / "Inception"
COUNT, SIDE = 8, 24


def uniform(stream, count):
    """Numbers of a stream, 0 ≤ u < 1, each from its own counter: splitmix64."""
    with np.errstate(over="ignore"):
        z = (np.uint64(stream) << np.uint64(32)) + np.arange(count, dtype=np.uint64)
        z = z * np.uint64(0x9E3779B97F4A7C15) + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0 ** -53


def numbers(stream, name, shape):
    """Weights that keep the size of a signal; moments and factors as in a trained network."""
    u = uniform(stream, int(np.prod(shape)))
    if name.endswith(".conv.weight"):
        values = (2 * u - 1) * np.sqrt(6 / np.prod(shape[1:]))
    elif name.endswith(("bn.weight", "running_var")):
        values = 0.5 + u
    else:
        values = 0.2 * (2 * u - 1)
    return torch.from_numpy(values.reshape(shape).astype(np.float32))


def fill(net):
    state = {name: tensor for name, tensor in net.state_dict().items()
             if not name.startswith(("fc.", "AuxLogits.")) and "num_batches" not in name}
    for stream, name in enumerate(sorted(state)):
        state[name].copy_(numbers(stream, name, tuple(state[name].shape)))
    return net.eval()


def pictures():
    """Pictures of 8 bits, 0 … 1: smooth ones, so that resizing matters, with some noise."""
    u = uniform(1 << 20, COUNT * 3 * SIDE * SIDE).reshape(COUNT, 3, SIDE, SIDE)
    place = np.arange(SIDE) / SIDE
    waves = np.sin(2 * np.pi * (np.arange(COUNT)[:, None, None] % 5 + 1) * place[:, None] / 2
                   + place[None, :] * 3)[:, None]
    return np.round(255 * (0.5 + 0.3 * waves + 0.4 * (u - 0.5))).clip(0, 255) / 255


def features_of_tensorflow(images):
    """pytorch-fid's network, without its download."""
    build, load = inception.fid_inception_v3, torchvision.models.inception.Inception3.load_state_dict
    inception.load_state_dict_from_url = lambda *arguments, **options: None
    torchvision.models.inception.Inception3.load_state_dict = lambda self, state: None
    inception.fid_inception_v3 = lambda: fill(build())
    net = inception.InceptionV3([3]).eval()
    torchvision.models.inception.Inception3.load_state_dict = load
    with torch.no_grad():
        return net(images)[0].flatten(1)


def features_of_torchvision(images):
    """torchvision's network, with the preparation of SemanticStyleGAN."""
    net = fill(torchvision.models.inception.inception_v3(
        weights=None, init_weights=False, transform_input=False))
    mean = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
    deviation = torch.tensor([0.229, 0.224, 0.225])[:, None, None]
    x = torch.nn.functional.interpolate(
        (images - mean) / deviation, size=(299, 299), mode="bilinear", align_corners=True)
    pooled = {}
    net.avgpool.register_forward_hook(lambda module, inputs, output: pooled.update(x=output))
    with torch.no_grad():
        net(x)
    return pooled["x"].flatten(1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    torch.set_num_threads(1)
    images = torch.from_numpy(pictures().astype(np.float32))
    made = {"pictures": images.numpy(),
            "tensorFlow": features_of_tensorflow(images).numpy(),
            "torchvision": features_of_torchvision(images).numpy()}
    half = COUNT // 2
    sets = [made["tensorFlow"][:half].astype(np.float64), made["tensorFlow"][half:].astype(np.float64)]
    distance = fid_score.calculate_frechet_distance(
        sets[0].mean(axis=0), np.cov(sets[0], rowvar=False),
        sets[1].mean(axis=0), np.cov(sets[1], rowvar=False))
    made["distance"] = np.array([distance])
    place = FOLDER / "features.safetensors"
    if check:
        stored = safetensors.numpy.load_file(place)
        for name, values in made.items():
            error = np.abs(stored[name].astype(np.float64) - values).max()
            print(f"{name}: largest difference {error:.1e}")
            if error > 1e-4:
                sys.exit(f"{place}: {name} is not what the packages compute")
        return
    FOLDER.mkdir(exist_ok=True)
    safetensors.numpy.save_file(made, place)
    print(json.dumps({name: list(values.shape) for name, values in made.items()}), distance)


if __name__ == "__main__":
    main()
