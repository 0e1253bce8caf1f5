#!/usr/bin/env python3
"""Writes the files in Fixtures/Torch, or checks them. Needs torch and safetensors; the tests need neither.

    python3 Fixtures/torch_files.py            writes every file
    python3 Fixtures/torch_files.py --check    says whether torch reads from them what it would write

`published.pt` has the layout of a published SemanticStyleGAN checkpoint, with a very small model of
random weights: state dictionaries g, d and g_ema, two optimisers, and a Namespace of options.
`kinds.pt` has what else a state dictionary may hold: every type, views, transposes, empty tensors.
Beside each lies a safetensors file with what torch reads from it, made row-major; half precision is
there in single precision and whole numbers in int32. `legacy.pt` is `kinds.pt` in the format from before
torch 1.6.
"""

import argparse
import io
import pathlib
import sys
from collections import OrderedDict

import safetensors.torch
import torch

FOLDER = pathlib.Path(__file__).resolve().parent / "Torch"

SIZE, COARSE, SMALLEST, PARTS, LATENT, CHANNELS, FEATURES = 16, 8, 4, 3, 8, 4, 6
LAYERS, BASE, SHAPE, WIDTH, MAPPING, FREQUENCIES = 4, 2, 1, 4, 2, 4
KERNEL = torch.outer(torch.tensor([1.0, 3, 3, 1]), torch.tensor([1.0, 3, 3, 1])) / 64


class Network:
    """Named tensors in the order in which torch's modules register them."""

    def __init__(self, seed):
        self.random = torch.Generator().manual_seed(seed)
        self.tensors = OrderedDict()

    def add(self, name, *shape):
        self.tensors[name] = torch.randn(shape, generator=self.random)

    def head(self, name, inputs, outputs):
        self.add(f"{name}.bias", 1, outputs, 1, 1)
        self.tensors[f"{name}.upsample.kernel"] = KERNEL * 4
        self.add(f"{name}.conv.weight", outputs, inputs, 1, 1)
        self.add(f"{name}.conv.modulation", 1, inputs, 1, 1)


def generator(seed):
    net = Network(seed)
    net.add("pos_embed.weights", CHANNELS, 2 * (2 * FREQUENCIES + 1), 1, 1)
    for part in range(PARTS):
        for layer in range(LAYERS):
            name = f"local_nets.{part}.linears.{layer}"
            net.add(f"{name}.conv.weight", 1, CHANNELS, CHANNELS, 1, 1)
            net.add(f"{name}.conv.modulation.weight", CHANNELS, LATENT)
            net.add(f"{name}.conv.modulation.bias", CHANNELS)
            net.add(f"{name}.activate.bias", CHANNELS)
        net.head(f"local_nets.{part}.to_feat", CHANNELS, FEATURES)
        if part > 0:
            net.head(f"local_nets.{part}.to_depth", CHANNELS, 1)
    size, inputs, layer = SMALLEST, FEATURES, 0
    while size < SIZE:
        inputs += FEATURES if size == COARSE else 0
        size *= 2
        for upsampling in (True, False):
            name = f"render_net.convs.{layer}"
            net.add(f"{name}.weight", WIDTH, inputs, 3, 3)
            net.add(f"{name}.modulation", 1, inputs, 1, 1)
            if upsampling:
                net.tensors[f"{name}.blur.kernel"] = KERNEL * 4
            net.add(f"{name}.noise.weight", 1)
            net.add(f"{name}.activate.bias", WIDTH)
            net.add(f"render_net.noises.noise_{layer}", 1, 1, size, size)
            inputs, layer = WIDTH, layer + 1
        net.head(f"render_net.to_rgbs.{layer // 2 - 1}", WIDTH, 3)
        net.head(f"render_net.to_segs.{layer // 2 - 1}", WIDTH, PARTS)
    for layer in range(1, MAPPING + 1):
        net.add(f"style.{layer}.weight", LATENT, LATENT)
        net.add(f"style.{layer}.bias", LATENT)
    return net.tensors


def discriminator(seed):
    net = Network(seed)
    for trunk, inputs in (("convs_img", 3), ("convs_seg", PARTS)):
        net.add(f"{trunk}.0.0.weight", WIDTH, inputs, 1, 1)
        net.add(f"{trunk}.0.1.bias", WIDTH)
        size, block = SIZE, 1
        while size > 4:
            name = f"{trunk}.{block}"
            net.add(f"{name}.conv1.0.weight", WIDTH, WIDTH, 3, 3)
            net.add(f"{name}.conv1.1.bias", WIDTH)
            net.tensors[f"{name}.conv2.0.kernel"] = KERNEL.clone()
            net.add(f"{name}.conv2.1.weight", WIDTH, WIDTH, 3, 3)
            net.add(f"{name}.conv2.2.bias", WIDTH)
            net.tensors[f"{name}.skip.0.kernel"] = KERNEL.clone()
            net.add(f"{name}.skip.1.weight", WIDTH, WIDTH, 1, 1)
            size, block = size // 2, block + 1
    net.add("final_conv.0.weight", WIDTH, WIDTH + 1, 3, 3)
    net.add("final_conv.1.bias", WIDTH)
    net.add("final_linear.0.weight", WIDTH, WIDTH * 16)
    net.add("final_linear.0.bias", WIDTH)
    net.add("final_linear.1.weight", 1, WIDTH)
    net.add("final_linear.1.bias", 1)
    return net.tensors


def in_one_storage(tensors):
    """The same tensors as views of a single storage, as optimisers that flatten parameters leave them."""
    flat = torch.cat([tensor.reshape(-1) for tensor in tensors.values()])
    views, place = OrderedDict(), 0
    for name, tensor in tensors.items():
        views[name] = flat[place:place + tensor.numel()].view(tensor.shape)
        place += tensor.numel()
    return views


def in_other_order(tensors):
    """The same values, with 3×3 kernels in channels-last order and linear weights transposed."""
    def laid_out(name, tensor):
        if tensor.shape[2:] == (3, 3):
            return tensor.contiguous(memory_format=torch.channels_last)
        return tensor.t().contiguous().t() if name.startswith("style.") and tensor.dim() == 2 else tensor

    return OrderedDict((name, laid_out(name, tensor)) for name, tensor in tensors.items())


def with_metadata(tensors):
    """What Module.state_dict notes beside its tensors."""
    tensors._metadata = OrderedDict([("", {"version": 1}), ("style", {"version": 1})])
    return tensors


def optimizer(tensors, names):
    """Adam's state after one step."""
    parameters = [tensors[name].clone().requires_grad_() for name in names]
    adam = torch.optim.Adam(parameters, lr=0.0016, betas=(0.0, 0.99 ** 0.8))
    sum((parameter ** 2).sum() for parameter in parameters).backward()
    adam.step()
    return adam.state_dict()


def published():
    g, ema, d = generator(1), generator(2), discriminator(3)
    options = argparse.Namespace(
        dataset="data/lmdb", inception="inception.pkl", checkpoint_dir="checkpoint", ckpt=None,
        iter=150001, batch=4, size=SIZE, r1_img=10, r1_seg=1000, path_regularize=0.5,
        channel_multiplier=2, seg_dim=PARTS, aug=False, local_layers=LAYERS, base_layers=BASE,
        depth_layers=BASE + SHAPE, local_channel=CHANNELS, coarse_channel=FEATURES,
        coarse_size=COARSE, min_feat_size=SMALLEST, residual_refine=True, detach_texture=False,
        transparent_dims=[2], lambda_mask=100.0, n_gpu=8, distributed=True, latent=LATENT,
        n_mlp=MAPPING, start_iter=0)
    checkpoint = {
        "g": with_metadata(in_one_storage(g)),
        "d": with_metadata(d),
        "g_ema": with_metadata(in_other_order(ema)),
        "g_optim": optimizer(g, ["style.1.weight", "style.1.bias"]),
        "d_optim": optimizer(d, ["final_linear.1.weight"]),
        "args": options,
    }
    contents = {f"{key}/{name}": tensor for key in ("g", "d", "g_ema")
                for name, tensor in checkpoint[key].items()}
    return checkpoint, contents


def kinds():
    floats = torch.tensor([[0.1, -2.5, 3e-40], [-0.0, 3.4e38, 1 / 3]])
    grid = torch.arange(60, dtype=torch.float32).reshape(3, 4, 5)
    halves = torch.tensor([1 / 3, -65504, 6e-8, float("inf"), -0.0, 1.5])
    contents = OrderedDict([
        ("float32", floats),
        ("float64", floats.double() / 3),
        ("float16", halves.half()),
        ("bfloat16", torch.tensor([1 / 3, -3e38, 1e-40, 2.0]).bfloat16()),
        ("int32", torch.tensor([-2147483648, -1, 2147483647], dtype=torch.int32)),
        ("int64", torch.tensor([[-2147483648, 5], [0, 2147483647]])),
        ("uint8", torch.tensor([0, 1, 128, 255], dtype=torch.uint8)),
        ("bool", torch.tensor([[True], [False], [True]])),
        ("scalar", torch.tensor(2.5)),
        ("empty", torch.zeros(2, 0, 3)),
        ("parameter", torch.nn.Parameter(torch.tensor([1.5, -1.5]))),
        ("whole", grid),
        ("row", grid[1]),
        ("column", grid[:, 2, 1:4]),
        ("stepped", grid[::2, 1::2, ::3]),
        ("permuted", grid.permute(2, 0, 1)),
        ("half_permuted", halves.half().reshape(2, 3).t()),
        ("byte_permuted", torch.arange(6, dtype=torch.uint8).reshape(2, 3).t()),
    ])
    other = {"small": {"offset": torch.Size([2, 3])}, "wide": {"int64": torch.tensor([1, 2 ** 40])},
             "options": {"negative": -5, "large": 2 ** 40, "minus": -2 ** 33, "zero": 0, "two": 300,
                         "text": "ψ", "none": None, "mixed": [1, "a"], "list": [1, 2], "no": False,
                         "tenth": 0.1}}
    return {"tensors": contents, **other}, contents


def readable(tensor):
    """Row-major, in the type that the reader gives it."""
    tensor = tensor.detach()
    wider = {torch.float16: torch.float32, torch.bfloat16: torch.float32, torch.int64: torch.int32,
             torch.uint8: torch.int32, torch.bool: torch.int32}
    return tensor.to(wider.get(tensor.dtype, tensor.dtype)).contiguous().clone()


def files():
    made = {}
    for name, (checkpoint, contents) in {"published": published(), "kinds": kinds()}.items():
        buffer = io.BytesIO()
        torch.save(checkpoint, buffer)
        made[f"{name}.pt"] = buffer.getvalue()
        if name == "kinds":
            old = io.BytesIO()
            torch.save(checkpoint, old, _use_new_zipfile_serialization=False)
            made["legacy.pt"] = old.getvalue()
        made[f"{name}.safetensors"] = safetensors.torch.save(
            {key: readable(tensor) for key, tensor in contents.items()})
    return made


def same(a, b):
    """Whether torch would call two checkpoints the same, whatever version wrote them."""
    if isinstance(a, torch.Tensor):
        return (isinstance(b, torch.Tensor) and a.dtype == b.dtype and a.stride() == b.stride()
                and torch.equal(a, b))
    if isinstance(a, dict):
        return isinstance(b, dict) and list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return vars(a) == vars(b) if isinstance(a, argparse.Namespace) else a == b


def loaded(name, data):
    if name.endswith(".safetensors"):
        return dict(sorted(safetensors.torch.load(data).items()))
    return torch.load(io.BytesIO(data), weights_only=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    check = parser.parse_args().check
    wrong = 0
    for name, data in files().items():
        path = FOLDER / name
        if not check:
            FOLDER.mkdir(exist_ok=True)
            path.write_bytes(data)
        agrees = path.exists() and same(loaded(name, path.read_bytes()), loaded(name, data))
        wrong += not agrees
        print(f"{name:24} {len(data):7} bytes  {'as made' if agrees else 'DIFFERS'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
