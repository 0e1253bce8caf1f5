"""Conformance cases of a tiny model, in the layout that `ssgan3d verify` reads.

`directional/<loss>/<parameter>` is the slope of a loss when that parameter alone moves along
cos 1, cos 2, ... in row-major order. First-order losses by the complex step; R1 and path length,
which hold a gradient g themselves, by the complex step along g and central differences of that.
"""

import json
import math
import struct

import numpy as np

from . import model
from .golden import STEP, clamp
from .mean_difference import masked_mean_difference, mean_difference
from .networks import discriminator, mapping
from .wplus_factorization import wplus

FOLDER = "Conformance"
BATCH = 2

TINY = {
    "imageSize": 16, "coarseSize": 8, "depthPlanes": 4, "minFeatureSize": 4, "parts": 3,
    "latentWidth": 8, "mappingLayers": 2, "localChannels": 4, "featureChannels": 4,
    "fourierFrequencies": 4, "baseLayers": 1, "shapeLayers": 1, "textureLayers": 1,
    "baseStyle": "conv", "channelBase": 64, "channelMax": 8, "depthMode": "relative",
    "backgroundDepth": "predicted", "liftingKernel": "gaussian", "liftingAlpha": 2.0,
    "fusion": "sum", "densityActivation": "relu", "opticalScale": 1.0, "samples": 6,
    "importanceSamples": 6, "lastSpacing": "infinite",
    "volumeBox": {"min": [-0.1886, -0.1671, -0.1956], "max": [0.1887, 0.1692, 0.1872]},
    "rowAxis": "down",
    "camera": {"radius": 1.0, "fov": 12.0, "near": 0.8, "far": 1.2},
}
OTHERWISE = TINY | {
    "baseStyle": "scaleShift", "textureLayers": 2, "backgroundDepth": "bowl",
    "liftingKernel": "inverse", "liftingAlpha": 1.5, "fusion": "densitySoftmax",
    "densityActivation": "softplus", "opticalScale": 3.0, "samples": 5, "importanceSamples": 4,
    "lastSpacing": "far", "rowAxis": "up",
    "camera": {"radius": 1.1, "fov": 14.0, "near": 0.85, "far": 1.35},
}
TWO_BASE_LAYERS = TINY | {"baseLayers": 2, "importanceSamples": 0, "maskWeights": "ones"}
FIELD = TINY | {
    "partSource": "field", "textureLayers": 2, "densityActivation": "softplus",
    "opticalScale": 3.0, "samples": 4, "importanceSamples": 3, "lastSpacing": "far",
    "camera": {"radius": 1.1, "fov": 14.0, "near": 0.85, "far": 1.35},
}
FLAT = TINY | {"rendering": "flat", "baseLayers": 2, "transparentParts": [2]}


class Drawn:
    """Seeded numbers that single precision holds exactly."""

    def __init__(self, seed):
        self.random = np.random.Generator(np.random.PCG64(seed))

    def normal(self, shape, mean=0.0, deviation=1.0):
        return (mean + deviation * self.random.standard_normal(shape)).astype("<f4")

    def uniform(self, shape, low=0.0, high=1.0):
        return self.random.uniform(low, high, shape).astype("<f4")


def width(config, size):
    return min(config["channelMax"], config["channelBase"] // size)


def generator_weights(config, drawn):
    """Every parameter off its initial value, so that nothing is hidden by a 0 or a 1."""
    c, latent, p = config["localChannels"], config["latentWidth"], {}

    def add_modulated(name, outputs):
        p[f"{name}.conv.weight"] = drawn.normal((1, outputs, c, 1, 1))
        p[f"{name}.conv.modulation.weight"] = drawn.normal((c, latent))
        p[f"{name}.conv.modulation.bias"] = drawn.normal((c,), 1, 0.2)
        p[f"{name}.activate.bias"] = drawn.normal((outputs,), 0, 0.3)

    def add_head(name, outputs, inputs, bias=0.0):
        p[f"{name}.conv.weight"] = drawn.normal((outputs, inputs, 1, 1))
        p[f"{name}.conv.modulation"] = drawn.normal((1, inputs, 1, 1), 1, 0.2)
        p[f"{name}.bias"] = drawn.normal((1, outputs, 1, 1), bias, 0.3)

    for layer in range(1, config["mappingLayers"] + 1):
        p[f"style.{layer}.weight"] = drawn.normal((latent, latent), 0, 100)
        p[f"style.{layer}.bias"] = drawn.normal((latent,), 0, 30)
    is_flat, is_field = config.get("rendering") == "flat", config.get("partSource") == "field"
    coordinates = 3 if is_field else 2
    p["pos_embed.weights"] = drawn.normal(
        (c, coordinates * (2 * config["fourierFrequencies"] + 1), 1, 1))
    for k in range(config["parts"]):
        net, layers = f"local_nets.{k}", config["shapeLayers"] + config["textureLayers"]
        if config["baseStyle"] == "scaleShift":
            add_modulated(f"{net}.weight", 1)
            add_modulated(f"{net}.bias", 1)
        else:
            layers += config["baseLayers"]
        for layer in range(layers):
            add_modulated(f"{net}.linears.{layer}", c)
        add_head(f"{net}.to_feat", config["featureChannels"], c)
        predicted = config["backgroundDepth"] == "predicted" and not is_flat
        if not is_field and (k or predicted):
            add_head(f"{net}.to_depth", 1, c, (0.7, 1.9, 0.2)[k])
        if not is_flat:
            add_head(f"{net}.to_sigma", 1, c, 4)
    size, inputs, block = config["minFeatureSize"], config["featureChannels"], 0
    while size < config["imageSize"]:
        inputs += config["featureChannels"] if size == config["coarseSize"] else 0
        size *= 2
        outputs = width(config, size)
        for index, channels in ((2 * block, inputs), (2 * block + 1, outputs)):
            name = f"render_net.convs.{index}"
            p[f"{name}.weight"] = drawn.normal((outputs, channels, 3, 3))
            p[f"{name}.modulation"] = drawn.normal((1, channels, 1, 1), 1, 0.2)
            p[f"{name}.noise.weight"] = drawn.normal((1,), 0.2, 0.1)
            p[f"{name}.activate.bias"] = drawn.normal((outputs,), 0, 0.3)
            p[f"render_net.noises.noise_{index}"] = drawn.normal((1, 1, size, size))
        add_head(f"render_net.to_rgbs.{block}", 3, outputs)
        add_head(f"render_net.to_segs.{block}", config["parts"], outputs)
        inputs, block = outputs, block + 1
    return p


def discriminator_weights(config, drawn):
    p = {}
    for trunk, inputs in (("convs_img", 3), ("convs_seg", config["parts"])):
        size, channels, block = config["imageSize"], width(config, config["imageSize"]), 1
        p[f"{trunk}.0.0.weight"] = drawn.normal((channels, inputs, 1, 1))
        p[f"{trunk}.0.1.bias"] = drawn.normal((channels,), 0, 0.3)
        while size > 4:
            size //= 2
            outputs, name = width(config, size), f"{trunk}.{block}"
            p[f"{name}.conv1.0.weight"] = drawn.normal((channels, channels, 3, 3))
            p[f"{name}.conv1.1.bias"] = drawn.normal((channels,), 0, 0.3)
            p[f"{name}.conv2.1.weight"] = drawn.normal((outputs, channels, 3, 3))
            p[f"{name}.conv2.2.bias"] = drawn.normal((outputs,), 0, 0.3)
            p[f"{name}.skip.1.weight"] = drawn.normal((outputs, channels, 1, 1))
            channels, block = outputs, block + 1
    last = width(config, 4)
    p["final_conv.0.weight"] = drawn.normal((last, channels + 1, 3, 3))
    p["final_conv.1.bias"] = drawn.normal((last,), 0, 0.3)
    p["final_linear.0.weight"] = drawn.normal((last, 16 * last))
    p["final_linear.0.bias"] = drawn.normal((last,), 0, 0.3)
    p["final_linear.1.weight"] = drawn.normal((1, last))
    p["final_linear.1.bias"] = drawn.normal((1,), 0, 0.3)
    return p


def case_inputs(config, settings, drawn):
    size, rays = config["imageSize"], config["coarseSize"]**2
    rows = config["baseLayers"] + 2 * config["parts"]
    labels = drawn.random.integers(0, config["parts"], (BATCH, size, size))
    inputs = {
        "z": drawn.normal((BATCH, config["latentWidth"])),
        "camera": drawn.normal((BATCH, 2), math.pi / 2, 0.2),
        "real_image": clamp(drawn.normal((BATCH, 3, size, size), 0, 0.5), -1, 1).astype("<f4"),
        "real_mask": np.stack([2.0 * (labels == k) - 1 for k in range(config["parts"])],
                              axis=1).astype("<f4"),
        "edited_region": (drawn.uniform((size, size)) < 0.3).astype("<f4"),
    }
    if config.get("rendering") == "flat":
        del inputs["camera"]
    if settings["latent"] == "wplus_codes":
        inputs["wplus_codes"] = drawn.normal((BATCH, rows, config["latentWidth"]))
        inputs["path_noise"] = drawn.normal((BATCH, 3, size, size))
        inputs["path_mean"] = np.array([0.3], "<f4")
    if settings["jitter"]:
        inputs["ray_jitter"] = drawn.uniform((BATCH, rays, config["samples"]))
        inputs["importance_uniforms"] = drawn.uniform((BATCH, rays, config["importanceSamples"]))
    return inputs


def along(function, p, name):
    """The slope of a number when one parameter moves along its direction, by the complex step."""
    moved = p[name] + 1j * STEP * model.direction(p[name].shape)
    return np.imag(function(p | {name: moved})) / STEP


def differences(function, p, name):
    """The same by central differences, extrapolated from two steps, which have to agree: where a
    leaky ReLU bends between them, another seed is needed."""
    v = model.direction(p[name].shape)

    def central(h):
        ahead, behind = (function(p | {name: p[name] + s * h * v}) for s in (1, -1))
        return (ahead - behind) / (2 * h)

    step = 5e-7 * max(1.0, float(np.abs(p[name]).max()))
    near, far = central(step), central(2 * step)
    if np.any(np.abs(near - far) > 1e-5 * (1 + np.abs(near))):
        raise AssertionError(f"{name}: the slopes of two steps are {near} and {far}")
    return (4 * near - far) / 3


def penalties(d, inputs):
    """R1, and its slopes: d|g|^2 along v is 2 d/dv of the slope of D along g, g held fixed."""
    image, mask = inputs["real_image"], inputs["real_mask"]
    by_image = model.slopes(lambda x: discriminator(d, x, mask).sum(), image)
    by_mask = model.slopes(lambda x: discriminator(d, image, x).sum(), mask)
    r1 = [(x * x).sum() / BATCH for x in (by_image, by_mask)]
    values = {"loss/r1_image": r1[0], "loss/r1_mask": r1[1],
              "loss/r1_total": 16 * (5 * r1[0] + 500 * r1[1])}

    def slope(p):
        scores = (discriminator(p, image + 1j * STEP * by_image, mask),
                  discriminator(p, image, mask + 1j * STEP * by_mask))
        on_image, on_mask = (np.imag(score.sum()) / STEP for score in scores)
        return 16 * 2 / BATCH * (5 * on_image + 500 * on_mask)

    for name in d:
        values[f"directional/r1_total/{name}"] = differences(slope, d, name)
    return values


def path_values(g, config, inputs, expanded, depths):
    """Path length, and its slopes in the same way, one image's length after the other."""
    def projection(p, latents):
        image = model.generate(config, p, latents, inputs, depths)["image"]
        return (image * inputs["path_noise"]).sum() / config["imageSize"]

    gradient = model.slopes(lambda latents: projection(g, latents), expanded)
    rows = expanded.shape[1]
    lengths = np.sqrt((gradient * gradient).sum(axis=2).mean(axis=1))
    mean = inputs["path_mean"][0] + 0.01 * (lengths.mean() - inputs["path_mean"][0])
    values = {"path_lengths": lengths, "path_mean_next": mean,
              "loss/path_penalty": ((lengths - mean)**2).mean()}

    def slopes(p):
        result = []
        for b in range(BATCH):
            moved = expanded.astype(complex)
            moved[b] += 1j * STEP * gradient[b]
            result.append(np.imag(projection(p, moved)) / STEP / (rows * lengths[b]))
        return np.array(result)

    for name in g:
        if "noises" in name or name.startswith("style.") or "to_segs" in name:
            continue
        moves = differences(slopes, g, name)
        values[f"directional/path_total/{name}"] = \
            0.5 * 4 * (2 * (lengths - mean) * (moves - 0.01 * moves.mean())).mean()
    return values


def answers(config, settings, g, d, inputs):
    """Everything that the case expects, by name."""
    ones = "ones" in (settings["maskWeights"], config.get("maskWeights"))
    inputs = inputs | {"ones": ones}

    def portraits(p, depths=None):
        w = mapping(inputs["z"], p, config["mappingLayers"])
        codes = inputs.get("wplus_codes")
        if codes is None:
            codes = wplus(w, config["parts"], config["baseLayers"])
        expanded = model.expanded_latents(config, codes)
        return w, codes, expanded, model.generate(config, p, expanded, inputs, depths)

    w, codes, expanded, made = portraits(g)
    depths = None
    if config.get("rendering") != "flat":
        depths = [view["ray_depths"] for view in made["views"]]
    values = {"w": w} | model.dumps(config, made, expanded, codes)
    pair = made["image"][0], made["image"][1]
    values["metric/d_mean"] = mean_difference(*pair)
    for over in ("outside", "all"):
        values[f"metric/d_mean_masked_{over}"] = masked_mean_difference(
            *pair, inputs["edited_region"], over)
    values |= model.generator_losses(config, d, made)
    values["score_fake_image_only"] = discriminator(d, made["image"], None)
    values["score_real"], values["loss/d_logistic"] = model.discriminator_loss(d, made, inputs)
    for name in g:
        if "noises" in name or ("wplus_codes" in inputs and name.startswith("style.")):
            continue
        values[f"directional/g_total/{name}"] = along(
            lambda p: model.generator_losses(config, d, portraits(p, depths)[3])["loss/g_total"],
            g, name)
    for name in d:
        values[f"directional/d_logistic/{name}"] = along(
            lambda p: model.discriminator_loss(p, made, inputs)[1], d, name)
    if "path_noise" in inputs:
        values |= penalties(d, inputs)
        values |= path_values(g, config, inputs, expanded, depths)
    return {name: np.asarray(value, "<f8") for name, value in values.items()}


def rounding(values, other):
    """What single precision may lose: how far a value moves when every weight and input moves by
    about one of its roundings. A slope is a sum of terms that cancel, so it is measured by the
    largest slope of its loss."""
    table = {}
    for name, value in values.items():
        largest = float(np.abs(value).max())
        if name.startswith("directional/"):
            family = name.rsplit("/", 1)[0].split("/")[1]
            peers = [abs(v) for n, v in values.items()
                     if n.startswith(f"directional/{family}/")]
            largest = float(max(peers))
        error = float(np.abs(other[name] - value).max())
        table[name] = {"max": largest, "float32Error": float(f"{error:.1e}")}
    return table


def safetensors_bytes(tensors):
    """The file: length of the header, header, data; names sorted."""
    header, data = {}, b""
    for name in sorted(tensors):
        values = np.asarray(tensors[name], order="C")
        kind = {"<f4": "F32", "<f8": "F64"}[values.dtype.str]
        start, data = len(data), data + values.tobytes()
        header[name] = {"dtype": kind, "shape": list(values.shape),
                        "data_offsets": [start, len(data)]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def tensors_of(data):
    """The tensors in the bytes of a file."""
    (length,) = struct.unpack("<Q", data[:8])
    body, found = data[8 + length:], {}
    for name, entry in json.loads(data[8:8 + length]).items():
        start, end = entry["data_offsets"]
        kind = {"F32": "<f4", "F64": "<f8"}[entry["dtype"]]
        found[name] = np.frombuffer(body[start:end], kind).reshape(entry["shape"])
    return found


def same(path, stored, made):
    """Whether a file made by another NumPy or on another processor is as good: slopes by
    differences agree within 1e-7, and what is only an estimate names the same tensors."""
    if path.endswith("rounding.json"):
        return json.loads(stored).keys() == json.loads(made).keys()
    if not path.endswith(".safetensors"):
        return stored == made
    a, b = tensors_of(stored), tensors_of(made)
    largest = max(float(np.abs(value).max()) for name, value in b.items())
    return a.keys() == b.keys() and all(
        a[name].dtype == b[name].dtype and a[name].shape == b[name].shape
        and np.all(np.abs(a[name] - b[name]) <= 1e-7 * largest) for name in b)


def conformance_case(name, seed, config, **settings):
    settings = {"latent": "wplus_codes", "maskWeights": "nerf", "noise": "buffers",
                "jitter": False, "batch": BATCH} | settings
    drawn = Drawn(seed)
    g, d = generator_weights(config, drawn), discriminator_weights(config, drawn)
    inputs = case_inputs(config, settings, drawn)

    def exactly(tensors):
        return {key: value.astype("<f8") for key, value in tensors.items()}

    def disturbed(tensors):
        return {key: value * (1 + 2.0**-23 * drawn.random.standard_normal(value.shape))
                for key, value in tensors.items()}

    values = answers(config, settings, exactly(g), exactly(d), exactly(inputs))
    other = answers(config, settings, disturbed(exactly(g)), disturbed(exactly(d)),
                    disturbed(exactly(inputs)))
    weights = {f"g.{key}": v for key, v in g.items()} | {f"d.{key}": v for key, v in d.items()}
    lines = [f"{json.dumps(key)}: {json.dumps(value)}"
             for key, value in rounding(values, other).items()]
    files = {"config.json": json.dumps(config, indent=1) + "\n",
             "case.json": json.dumps(settings, indent=1) + "\n",
             "rounding.json": "{\n" + ",\n".join(lines) + "\n}\n"}
    files = {key: text.encode() for key, text in files.items()}
    files |= {"weights.safetensors": safetensors_bytes(weights),
              "inputs.safetensors": safetensors_bytes(inputs),
              "expected.safetensors": safetensors_bytes(values)}
    return {f"{FOLDER}/{name}/{key}": data for key, data in files.items()}


def files():
    """All cases by their paths."""
    return conformance_case("default_options", 4001, TINY) | conformance_case(
        "other_options", 4002, OTHERWISE, latent="z", jitter=True, maskWeights="ones") \
        | conformance_case("two_base_layers", 4003, TWO_BASE_LAYERS) \
        | conformance_case("field", 4004, FIELD, jitter=True) \
        | conformance_case("flat", 4005, FLAT)
