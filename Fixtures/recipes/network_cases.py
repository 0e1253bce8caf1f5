"""Golden cases of the networks' layers. Inputs that are parameters carry their names on disk."""

import numpy as np

from .golden import Case
from .networks import (MODULE, activated, convolved, equalized, fixed_layer, fourier, head, linear,
                       mapping, minibatch_deviation, modulated, part_generator, pixel_norm,
                       render_net, residual, waves, within)


def equalized_linear():
    case = Case(MODULE, "linear", [], 3001, "an equalised linear layer with a learning rate",
                learningRate=0.3)
    case.input("x", case.uniform(-2, 2, 3, 4), "B L")
    case.input("weight", case.uniform(-3, 3, 5, 4), "O L")
    case.input("bias", case.uniform(-2, 2, 5), "O")
    case.expect(lambda x, weight, bias: {"y": linear(x, weight, bias, 0.3)}, {"y": "B O"})
    return case


def equalized_convolution():
    case = Case(MODULE, "convolution", [], 3002, "an equalised convolution", stride=2, padding=1)
    case.input("x", case.uniform(-2, 2, 2, 3, 6, 5), "B C H W")
    case.input("weight", case.uniform(-1, 1, 4, 3, 3, 2), "O C I J")
    case.expect(lambda x, weight: {"y": convolved(x, equalized(weight), 2, 1)}, {"y": "B O H' W'"})
    return case


def pixel_normalization():
    case = Case(MODULE, "pixel_norm", [], 3003, "latents of length sqrt(L); one is tiny, so that "
                "the 1e-8 counts")
    x = case.uniform(-2, 2, 3, 5)
    x[1] *= 1e-4
    case.input("x", x, "B L")
    case.expect(lambda x: {"y": pixel_norm(x)}, {"y": "B L"}, step=1e-7)
    return case


def activation():
    case = Case(MODULE, "activation", [], 3004, "bias, leaky ReLU, gain")
    x = case.uniform(0.1, 2, 2, 3, 5, 4) * case.random.choice([-1, 1], (2, 3, 5, 4))
    bias = case.uniform(-2, 2, 3)
    case.input("x", x - bias[:, None, None], "B C H W")
    case.input("bias", bias, "C")
    case.expect(lambda x, bias: {"y": activated(x, bias)}, {"y": "B C H W"})
    return case


def mapping_network():
    case = Case(MODULE, "mapping", [], 3005, "three layers; weights begin 100 times as large",
                layers=3)
    case.input("z", case.uniform(-2, 2, 3, 5), "B L")
    for layer in (1, 2, 3):
        case.input(f"style.{layer}.weight", case.uniform(-200, 200, 5, 5), "O L")
        case.input(f"style.{layer}.bias", case.uniform(-60, 60, 5), "O")
    case.expect(lambda z, **p: {"w": mapping(z, p, 3)}, {"w": "B L"})
    return case


def position_features():
    case = Case(MODULE, "fourier", [], 3006, "position features of a 5x5 map, and their embedding",
                frequencies=3, size=5)
    case.input("pos_embed.weights", case.uniform(-2, 2, 4, 14, 1, 1), "O C 1 1")
    case.expect(lambda **p: {"waves": waves(3, 5), "embedding": fourier(p, 3, 5)},
                {"waves": "C H W", "embedding": "O H W"})
    return case


def add_modulated(case, name, outputs, inputs, width):
    case.input(f"{name}.conv.weight", case.uniform(-2, 2, 1, outputs, inputs, 1, 1), "1 O C 1 1")
    case.input(f"{name}.conv.modulation.weight", case.uniform(-2, 2, inputs, width), "C L")
    case.input(f"{name}.conv.modulation.bias", case.uniform(0.5, 1.5, inputs), "C")
    case.input(f"{name}.activate.bias", case.uniform(-0.5, 0.5, outputs), "O")


def add_head(case, name, outputs, inputs, bias_map=()):
    case.input(f"{name}.conv.weight", case.uniform(-2, 2, outputs, inputs, 1, 1), "O C 1 1")
    case.input(f"{name}.conv.modulation", case.uniform(0.4, 1.6, 1, inputs, 1, 1), "1 C 1 1")
    case.input(f"{name}.bias", case.uniform(-1, 1, 1, outputs, *(bias_map or (1, 1))),
               "1 O H W" if bias_map else "1 O 1 1")


def modulated_layers():
    case = Case(MODULE, "modulated", [], 3007, "one modulated layer of two parts, two images",
                parts=2)
    case.input("x", case.uniform(-2, 2, 2, 2, 3, 6), "B K C P")
    case.input("latents", case.uniform(-2, 2, 2, 2, 5), "B K L")
    for k in range(2):
        add_modulated(case, f"{k}.layer", 4, 3, 5)

    def outputs(x, latents, **p):
        return {"y": np.stack([[modulated(x[b, k], latents[b, k], p, f"{k}.layer")
                                for k in range(2)] for b in range(2)])}

    case.expect(outputs, {"y": "B K O P"})
    return case


def heads(name, seed, bias_map):
    case = Case(MODULE, name, [], seed, "a 1x1 head of two parts; with a bias map in part 1 where "
                "the name says so", parts=2)
    case.input("x", case.uniform(-2, 2, 2, 2, 3, 6), "B K C P")
    add_head(case, "0.head", 4, 3)
    add_head(case, "1.head", 4, 3, bias_map)
    case.expect(lambda x, **p: {"y": np.stack([[head(x[b, k], p, f"{k}.head") for k in range(2)]
                                               for b in range(2)])}, {"y": "B K O P"})
    return case


def generators(name, seed, style, activation_name, counts, fixed_background):
    case = Case(MODULE, name, [], seed, "two parts' generators, two images, all their maps",
                parts=2, baseStyle=style, baseLayers=counts[0], shapeLayers=counts[1],
                textureLayers=counts[2], densityActivation=activation_name)
    case.input("embedding", case.uniform(-2, 2, 3, 3, 2), "C H W")
    case.input("latents", case.uniform(-2, 2, 2, 2, sum(counts), 5), "B K M L")
    if fixed_background:
        case.input("fixed_depth", case.uniform(2, 5, 3, 2), "H W")
    for k in range(2):
        net, linears = f"local_nets.{k}", sum(counts)
        if style == "scaleShift":
            add_modulated(case, f"{net}.weight", 1, 3, 5)
            add_modulated(case, f"{net}.bias", 1, 3, 5)
            linears -= counts[0]
        for layer in range(linears):
            add_modulated(case, f"{net}.linears.{layer}", 3, 3, 5)
        add_head(case, f"{net}.to_feat", 4, 3)
        if k or not fixed_background:
            add_head(case, f"{net}.to_depth", 1, 3)
        add_head(case, f"{net}.to_sigma", 1, 3)

    def outputs(embedding, latents, fixed_depth=None, **p):
        made = [[part_generator(embedding, latents[b, k], within(p, f"local_nets.{k}"), style,
                                counts, activation_name) for k in range(2)] for b in range(2)]
        depth = [[fixed_depth if part[2] is None else part[2] for part in image] for image in made]
        return {"feature": np.stack([[part[1] for part in image] for image in made]),
                "depth": np.stack([np.stack(image) for image in depth]),
                "density": np.stack([[part[3] for part in image] for image in made])}

    case.expect(outputs, {"feature": "B K O H W", "depth": "B K H W", "density": "B K H W"})
    return case


def add_fixed_layer(case, index, outputs, inputs):
    name = f"convs.{index}"
    case.input(f"{name}.weight", case.uniform(-2, 2, outputs, inputs, 3, 3), "O C I J")
    case.input(f"{name}.modulation", case.uniform(0.4, 1.6, 1, inputs, 1, 1), "1 C 1 1")
    case.input(f"{name}.noise.weight", case.uniform(0.2, 0.8, 1), "1")
    case.input(f"{name}.activate.bias", case.uniform(-0.5, 0.5, outputs), "O")


def render_layer(name, seed, upsampling):
    case = Case(MODULE, name, [], seed, "a 3x3 layer of the render net with its noise",
                upsampling="yes" if upsampling else "no")
    case.input("x", case.uniform(-2, 2, 2, 3, 5, 4), "B C H W")
    add_fixed_layer(case, 0, 4, 3)
    size = (10, 8) if upsampling else (5, 4)
    case.input("noises.noise_0", case.uniform(-2, 2, 1, 1, *size), "1 1 H' W'")
    case.expect(lambda x, **p: {"y": fixed_layer(x, p, 0, upsampling)}, {"y": "B O H' W'"})
    return case


def whole_render_net(name, seed, image_size):
    """From 2x2 over the feature's 4x4, so that pooling, concatenation and skips all occur."""
    case = Case(MODULE, name, [], seed, "the render net: pooled feature, concatenation, skip sums",
                minFeatureSize=2, imageSize=image_size)
    case.input("feature", case.uniform(-2, 2, 1, 3, 4, 4), "B C H W")
    case.input("coarse_mask", case.uniform(-1, 1, 1, 2, 4, 4), "B K H W")
    size, inputs, block = 2, 3, 0
    while size < image_size:
        inputs += 3 if size == 4 else 0
        size *= 2
        add_fixed_layer(case, 2 * block, 2, inputs)
        add_fixed_layer(case, 2 * block + 1, 2, 2)
        for index in (2 * block, 2 * block + 1):
            case.input(f"noises.noise_{index}", case.uniform(-2, 2, 1, 1, size, size),
                       "1 1 H' W'")
        add_head(case, f"to_rgbs.{block}", 3, 2)
        add_head(case, f"to_segs.{block}", 2, 2)
        inputs, block = 2, block + 1

    def outputs(feature, coarse_mask, **p):
        image, refinement, mask = render_net(feature, coarse_mask, p, 2, image_size)
        return {"image": image, "mask_residual": refinement, "mask": mask}

    case.expect(outputs, {"image": "B 3 H' W'", "mask_residual": "B K H' W'", "mask": "B K H' W'"},
                with_respect_to=["feature", "coarse_mask"])
    return case


def residual_block():
    case = Case(MODULE, "residual", [], 3014, "a residual block of the discriminator")
    case.input("x", case.uniform(-2, 2, 2, 3, 6, 4), "B C H W")
    case.input("conv1.0.weight", case.uniform(-2, 2, 3, 3, 3, 3), "O C I J")
    case.input("conv1.1.bias", case.uniform(-0.5, 0.5, 3), "O")
    case.input("conv2.1.weight", case.uniform(-2, 2, 4, 3, 3, 3), "O C I J")
    case.input("conv2.2.bias", case.uniform(-0.5, 0.5, 4), "O")
    case.input("skip.1.weight", case.uniform(-2, 2, 4, 3, 1, 1), "O C 1 1")
    case.expect(lambda x, **p: {"y": residual(x, p)}, {"y": "B O H' W'"})
    return case


def deviation(name, seed, batch):
    case = Case(MODULE, name, [], seed, "minibatch deviation; groups are strided")
    case.input("x", case.uniform(-2, 2, batch, 3, 2, 3), "B C H W")
    case.expect(lambda x: {"y": minibatch_deviation(x)}, {"y": "B 1 H W"})
    return case


def cases():
    return [
        equalized_linear(), equalized_convolution(), pixel_normalization(), activation(),
        mapping_network(), position_features(), modulated_layers(),
        heads("head", 3008, ()), heads("head_bias_map", 3009, (3, 2)),
        generators("generator_conv", 3010, "conv", "softplus", (2, 1, 1), False),
        generators("generator_scale_shift", 3011, "scaleShift", "relu", (1, 1, 1), True),
        render_layer("render_layer", 3012, False), render_layer("render_layer_up", 3013, True),
        residual_block(), deviation("deviation4", 3015, 4), deviation("deviation8", 3016, 8),
        whole_render_net("render_net", 3017, 8), whole_render_net("render_net_coarse", 3018, 4),
    ]
