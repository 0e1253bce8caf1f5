"""The whole model in float64: from latents and a camera to portrait, mask, dumps and losses.

Explicit volumes, one image after the other. Works on complex numbers too, so that a derivative
along a direction is one evaluation.
"""

import numpy as np

from .camera import (axes, coarse_depths, directions, importance_depths, jittered, merged, points,
                     positions, voxels)
from .depth_smoothness import smoothness
from .gaussian_lifting import lifting_weights
from .golden import STEP, real, softmax
from .mask_softmax import mask_logits, mask_probabilities, sample
from .networks import (discriminator, equalized, fourier, part_generator, pooled, render_net,
                       waves_at, within)
from .part_fusion import fused_density, shares
from .volume_weights import along_rays
from .wplus_factorization import expand


def bowl(size, planes):
    """The fixed background depth: (3 + 0.003 * 31.5^2 (u^2 + v^2)) D / 32, in planes."""
    line = np.linspace(-1, 1, size)
    return (3 + 0.003 * 31.5**2 * (line[:, None]**2 + line[None]**2)) * planes / 32


def part_maps(config, p, latents):
    """Every part's maps of one image: layers, feature, predicted depth, density."""
    size, parts = config["coarseSize"], config["parts"]
    counts = (config["baseLayers"], config["shapeLayers"], config["textureLayers"])
    embedding = fourier(p, config["fourierFrequencies"], size)
    made = [part_generator(embedding, row, within(p, f"local_nets.{k}"), config["baseStyle"],
                           counts, config["densityActivation"])
            for k, row in enumerate(latents.reshape(parts, sum(counts), -1))]
    fixed = bowl(size, config["depthPlanes"])
    return {"embedding": embedding, "layers": [part[0] for part in made],
            "feature": np.stack([part[1] for part in made]),
            "depth": np.stack([fixed if part[2] is None else part[2] for part in made]),
            "density": np.stack([part[3] for part in made])}


def absolute_depths(config, depth):
    """d_k for parts 0 and 1, d_k + d_1 for the others where depths are relative."""
    if config["depthMode"] == "absolute":
        return depth
    return np.concatenate([depth[:2], depth[2:] + depth[1]])


def cast(config, pose, size):
    """Camera position and unit rays of one image: [1, 3], [1, R, 3]."""
    position = positions(pose[None], config["camera"]["radius"])
    return position, directions(*axes(position), config["camera"]["fov"], size)


def ray_samples(config, volume, position, direction, jitter):
    """Where the samples stand: coarse ones, and more where these found something. Constants."""
    camera = config["camera"]
    coarse = coarse_depths(camera["near"], camera["far"], config["samples"])
    rays = direction.shape[1]
    depths = np.tile(coarse, (rays, 1)) if jitter is None else jittered(coarse, jitter[0])
    if config["importanceSamples"] == 0:
        return depths
    density = seen(config, real(volume), position, direction, depths)
    found = along_rays(density, depths, config["opticalScale"], config["lastSpacing"],
                       camera["far"])["weights"]
    count = config["importanceSamples"]
    uniforms = np.tile(np.linspace(0, 1, count), (rays, 1)) if jitter is None else jitter[1]
    return merged(depths, importance_depths(depths, found, uniforms))


def seen(config, volume, position, direction, depths):
    """SAMPLE at every sample of every ray: [..., D, H, W] -> [..., R, N]"""
    where = voxels(points(position, direction, depths[None])[0], config["volumeBox"],
                   volume.shape[-1], volume.shape[-2], volume.shape[-3], config["rowAxis"])
    flat = sample(volume, where.reshape(-1, 3))
    return flat.reshape(volume.shape[:-3] + depths.shape)


def view(config, maps, pose, jitter, ones, depths):
    """Fig. 2's middle for one image: lifting, fusion, rays, weights, feature and coarse mask."""
    size = config["coarseSize"]
    absolute = absolute_depths(config, maps["depth"])
    psi = np.stack([lifting_weights(d, config["depthPlanes"], config["liftingKernel"],
                                    config["liftingAlpha"]) for d in absolute])
    densities = psi * maps["density"][:, None]
    spread = shares(psi, maps["density"], config["fusion"])
    features = spread[:, None] * maps["feature"][:, :, None]
    fused = fused_density(psi, maps["density"])
    position, direction = cast(config, pose, size)
    if depths is None:
        depths = ray_samples(config, fused, position, direction, jitter)
    density = seen(config, fused, position, direction, depths)
    ray = along_rays(density, depths, config["opticalScale"], config["lastSpacing"],
                     config["camera"]["far"])
    weights = ray["weights"]
    fused_features = features.sum(axis=0)
    rendered = (seen(config, fused_features, position, direction, depths) * weights).sum(axis=2)
    part_density = seen(config, densities, position, direction, depths)
    by_ray = np.moveaxis(part_density, 0, -1)
    logits = mask_logits(by_ray, 0 * weights + 1 if ones else weights)
    asmap = (lambda x: x.reshape(-1, size, size))
    return {"absolute": absolute, "psi": psi, "density3d": densities, "feature3d": features,
            "fused_density3d": fused, "fused_feature3d": fused_features, "ray_depths": depths,
            "ray_points": points(position, direction, depths[None])[0], "ray_density": density,
            "ray_transmittance": ray["transmittance"], "ray_weights": weights,
            "part_ray_density": part_density, "render_feature": asmap(rendered),
            "render_depth": ray["expected_depth"].reshape(size, size), "mask_init": asmap(logits.T),
            "mask_coarse": asmap(mask_probabilities(logits).T)}


def expanded_latents(config, codes):
    """One row for every layer of every part.  [B, base + 2K, L] -> [B, K * layers, L]"""
    return expand(codes, config["baseLayers"], config["shapeLayers"], config["textureLayers"])


def field_parts(config, p, latents, where):
    """A 3D generator per part, evaluated at world points: density [K, P], feature [K, C, P]."""
    low, high = np.array(config["volumeBox"]["min"]), np.array(config["volumeBox"]["max"])
    inside = 2 * (where - low) / (high - low) - 1
    weights = equalized(p["pos_embed.weights"])[:, :, 0, 0]
    embedding = (weights @ waves_at(config["fourierFrequencies"], inside))[:, :, None]
    counts = (config["baseLayers"], config["shapeLayers"], config["textureLayers"])
    made = [part_generator(embedding, row, within(p, f"local_nets.{k}"), config["baseStyle"],
                           counts, config["densityActivation"])
            for k, row in enumerate(latents.reshape(config["parts"], sum(counts), -1))]
    return np.stack([part[3][:, 0] for part in made]), np.stack([part[1][..., 0] for part in made])


def grid_points(config):
    """The world points of the voxel centres, plane by plane from the far one, rows in map order."""
    low, high = np.array(config["volumeBox"]["min"]), np.array(config["volumeBox"]["max"])
    rows = np.linspace(1, 0, config["coarseSize"])
    rows = rows if config["rowAxis"] == "down" else rows[::-1]
    z, y, x = np.meshgrid(np.linspace(0, 1, config["depthPlanes"]), rows,
                          np.linspace(0, 1, config["coarseSize"]), indexing="ij")
    return (low + np.stack([x, y, z], axis=-1) * (high - low)).reshape(-1, 3)


def field_view(config, p, latents, pose, jitter, ones, depths):
    """The view of one image with a 3D generator per part: no maps, no lifting, no SAMPLE.

    sigma_i = sum_k sigma_k,i; f_i = sum_k sigma_k,i / (sigma_i + 1e-8) f_k,i."""
    size, camera = config["coarseSize"], config["camera"]
    position, direction = cast(config, pose, size)

    def evaluated(depths):
        where = points(position, direction, depths[None])[0].reshape(-1, 3)
        density, feature = field_parts(config, p, latents, where)
        return (density.reshape(-1, *depths.shape),
                feature.reshape(*feature.shape[:2], *depths.shape))

    def along(density, depths):
        return along_rays(density, depths, config["opticalScale"], config["lastSpacing"],
                          camera["far"])

    if depths is None:
        coarse = coarse_depths(camera["near"], camera["far"], config["samples"])
        rays = size * size
        depths = np.tile(coarse, (rays, 1)) if jitter is None else jittered(coarse, jitter[0])
        if config["importanceSamples"]:
            found = along(real(evaluated(depths)[0].sum(axis=0)), depths)["weights"]
            count = config["importanceSamples"]
            uniforms = (np.tile(np.linspace(0, 1, count), (rays, 1)) if jitter is None
                        else jitter[1])
            depths = merged(depths, importance_depths(depths, found, uniforms))
    part_density, features = evaluated(depths)
    density = part_density.sum(axis=0)
    ray = along(density, depths)
    weights = ray["weights"]
    fused = (part_density / (density + 1e-8))[:, None] * features
    rendered = (fused.sum(axis=0) * weights).sum(axis=2)
    logits = mask_logits(np.moveaxis(part_density, 0, -1), 0 * weights + 1 if ones else weights)
    asmap = (lambda x: x.reshape(-1, size, size))
    volume = field_parts(config, p, latents, grid_points(config))[0].reshape(
        config["parts"], config["depthPlanes"], size, size)
    return {"density3d": volume, "fused_density3d": volume.sum(axis=0), "ray_depths": depths,
            "ray_points": points(position, direction, depths[None])[0], "ray_density": density,
            "ray_transmittance": ray["transmittance"], "ray_weights": weights,
            "part_ray_density": part_density, "render_feature": asmap(rendered),
            "render_depth": ray["expected_depth"].reshape(size, size), "mask_init": asmap(logits.T),
            "mask_coarse": asmap(mask_probabilities(logits).T)}


def flat_view(config, p, latents):
    """SemanticStyleGAN: the softmax of pseudo-depths is the mask and weighs the features.

    The background's pseudo-depth is 0. Transparent parts are added on top of the others."""
    size, parts = config["coarseSize"], config["parts"]
    counts = (config["baseLayers"], config["shapeLayers"], config["textureLayers"])
    embedding = fourier(p, config["fourierFrequencies"], size)
    made = [part_generator(embedding, row, within(p, f"local_nets.{k}"), config["baseStyle"],
                           counts, None)
            for k, row in enumerate(latents.reshape(parts, sum(counts), -1))]
    depth = np.stack([np.zeros((size, size)) if part[2] is None else part[2] for part in made])
    mask = softmax(depth, 0)
    keep = np.array([float(k not in config["transparentParts"]) for k in range(parts)])
    keep = keep[:, None, None]
    weights = mask
    if config["transparentParts"]:
        weights = mask * keep / ((mask * keep).sum(axis=0) + 1e-8) + mask * (1 - keep)
    feature = sum(w * part[1] for w, part in zip(weights, made))
    return {"depth2d": depth, "render_feature": feature, "mask_coarse": mask}


def generate(config, p, expanded, case, depths=None):
    """Portraits and all that led to them. `depths` holds the samples fixed, as derivatives do."""
    made = {"maps": [], "views": []}
    for b, latents in enumerate(expanded):
        if config.get("rendering") == "flat":
            made["views"].append(flat_view(config, p, latents))
            continue
        jitter = (case["ray_jitter"][b], case["importance_uniforms"][b]) \
            if "ray_jitter" in case else None
        if config.get("partSource") == "field":
            made["views"].append(field_view(config, p, latents, case["camera"][b], jitter,
                                            case["ones"], None if depths is None else depths[b]))
            continue
        maps = part_maps(config, p, latents)
        made["maps"].append(maps)
        made["views"].append(view(config, maps, case["camera"][b], jitter, case["ones"],
                                  None if depths is None else depths[b]))
    feature = np.stack([v["render_feature"] for v in made["views"]])
    made["coarse"] = np.stack([2 * v["mask_coarse"] - 1 for v in made["views"]])
    made["image"], made["residual"], made["mask"] = render_net(
        feature, made["coarse"], within(p, "render_net"), config["minFeatureSize"],
        config["imageSize"])
    return made


def dumps(config, made, expanded, codes):
    """The names of everything in Fig. 2 and 3, of image 0, in order."""
    seen_view, size = made["views"][0], config["coarseSize"]
    rays = (lambda x: x.reshape(size, size, *x.shape[1:]))
    values = {"wplus": codes[0], "wplus_expanded": expanded}
    pictures = {"all_images": made["image"], "all_masks": made["mask"],
                "all_coarse": made["coarse"], "mask_residual": made["residual"][0]}
    if config.get("rendering") == "flat":
        for k in range(config["parts"]):
            values[f"part{k:02}_depth2d"] = seen_view["depth2d"][k:k + 1]
        return values | {name: seen_view[name] for name in ("render_feature", "mask_coarse")} \
            | pictures
    for k in range(config["parts"]):
        name = f"part{k:02}"
        values |= {f"{name}_density3d": seen_view["density3d"][k],
                   f"{name}_ray_density": rays(seen_view["part_ray_density"][k])}
        if not made["maps"]:
            continue
        maps = made["maps"][0]
        values[f"{name}_fourier"] = maps["embedding"]
        for i, layer in enumerate(maps["layers"][k]):
            values[f"{name}_layer{i}"] = layer
        values |= {f"{name}_feature2d": maps["feature"][k],
                   f"{name}_depth2d": maps["depth"][k:k + 1],
                   f"{name}_depth_absolute": seen_view["absolute"][k:k + 1],
                   f"{name}_density2d": maps["density"][k:k + 1],
                   f"{name}_psi": seen_view["psi"][k]}
    if made["maps"]:
        values["part01_feature3d"] = seen_view["feature3d"][1]  # one part's is large enough
        values["fused_feature3d"] = seen_view["fused_feature3d"]
    for name in ("fused_density3d", "render_feature", "render_depth", "mask_init", "mask_coarse"):
        values[name] = seen_view[name]
    for name in ("ray_points", "ray_depths", "ray_density", "ray_transmittance", "ray_weights"):
        values[name] = rays(seen_view[name])
    return values | pictures


def softplus(x):
    """ln(1 + e^x)."""
    return np.log(1 + np.exp(x))


def generator_losses(config, d, made):
    """What the generator minimises, apart and together."""
    score = discriminator(d, made["image"], made["mask"])
    factor = config["imageSize"] // config["coarseSize"]
    first = 1 if config["backgroundDepth"] == "bowl" else 0
    adversarial = softplus(-score).mean()
    regulariser = ((made["coarse"] - pooled(made["mask"], factor))**2).mean()
    losses = {"score_fake": score, "loss/g_nonsaturating": adversarial,
              "loss/mask_regulariser": regulariser}
    if not made["maps"]:  # without predicted depths there is no Eq. 13
        return losses | {"loss/g_total": adversarial + 100 * regulariser}
    smooth = sum(smoothness(maps["depth"], first) for maps in made["maps"]) / len(made["maps"])
    return losses | {"loss/depth_smoothness": smooth,
                     "loss/g_total": adversarial + 100 * regulariser + 0.1 * smooth}


def discriminator_loss(d, made, case):
    """softplus(-D(real)) + softplus(D(fake))."""
    real_score = discriminator(d, case["real_image"], case["real_mask"])
    fake_score = discriminator(d, made["image"], made["mask"])
    return real_score, softplus(-real_score).mean() + softplus(fake_score).mean()


def slopes(function, x):
    """The gradient of a number by every element of x, by the complex step."""
    gradient = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        moved = x.astype(complex)
        moved[index] += STEP * 1j
        gradient[index] = np.imag(function(moved)) / STEP
    return gradient


def direction(shape):
    """The direction of every derivative: cos 1, cos 2, ... in row-major order."""
    return np.cos(np.arange(1, np.prod(shape, dtype=int) + 1)).reshape(shape)
