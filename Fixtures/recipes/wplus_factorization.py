"""Equation 1: W+ = W_base x W_s^1 x W_t^1 x ... x W_s^K x W_t^K."""

import numpy as np

from .golden import Case

MODULE = "WPlusFactorization"


def wplus(w, parts, base_layers):
    """Eq. 1 for one latent: each of base + 2K rows is w.  [B, L] -> [B, base + 2K, L]"""
    return np.stack([w] * (base_layers + 2 * parts), axis=1)


def mixed_wplus(first, second, choice, base_layers):
    """Eq. 1 for two latents: base from the first; per sample and part (shape, texture) are taken
    from latents (1, 1), (1, 2) or (2, 2) as `choice` is 0, 1 or 2."""
    samples = []
    for b in range(len(first)):
        rows = [first[b]] * base_layers
        for case in choice[b]:
            shape = second[b] if case == 2 else first[b]
            texture = second[b] if case >= 1 else first[b]
            rows += [shape, texture]
        samples.append(np.stack(rows))
    return np.stack(samples)


def split(codes, base_layers):
    """The factors of Eq. 1: base [B, base, L], shapes [B, K, L], textures [B, K, L]."""
    parts = codes[:, base_layers:]
    return codes[:, :base_layers], parts[:, 0::2], parts[:, 1::2]


def expand(codes, base_layers, shape_layers, texture_layers):
    """One row for each layer of each part: base, shape x shapeLayers, texture x textureLayers;
    the background (part 0) has its shape row in place of base."""
    base, shapes, textures = split(codes, base_layers)
    rows = []
    for k in range(shapes.shape[1]):
        for i in range(base_layers):
            rows.append(shapes[:, 0] if k == 0 else base[:, i])
        rows += [shapes[:, k]] * shape_layers + [textures[:, k]] * texture_layers
    return np.stack(rows, axis=1)


def swap(codes, donor, part, what, base_layers):
    """Codes with one part's shape row, texture row or both taken from the donor."""
    first = base_layers + 2 * part
    taken = {"shape": [first], "texture": [first + 1], "both": [first, first + 1]}[what]
    rows = [(donor if row in taken else codes)[:, row] for row in range(codes.shape[1])]
    return np.stack(rows, axis=1)


def truncated(w, w_mean, psi):
    """The truncation trick: w_mean + psi (w - w_mean)."""
    return w_mean + psi * (w - w_mean)


def one_latent(name, seed, base_layers):
    case = Case(MODULE, name, [1], seed, "one latent in every row, without mixing",
                baseLayers=base_layers, parts=4)
    case.input("w", case.uniform(-2, 2, 2, 5), "B L")
    case.expect(lambda w: {"wplus": wplus(w, 4, base_layers)}, {"wplus": "B base+2K L"}, "exact")
    return case


def two_latents(name, seed, base_layers):
    case = Case(MODULE, name, [1], seed, "style mixing; all three choices occur",
                baseLayers=base_layers, parts=4)
    case.input("first", case.uniform(-2, 2, 3, 5), "B L")
    case.input("second", case.uniform(-2, 2, 3, 5), "B L")
    case.input("choice", [[0, 2, 1, 1], [2, 0, 2, 1], [1, 1, 0, 2]], "B K")
    case.expect(
        lambda first, second, choice: {"wplus": mixed_wplus(first, second, choice, base_layers)},
        {"wplus": "B base+2K L"}, "exact")
    return case


def expansion(name, seed, base_layers, shape_layers, texture_layers):
    case = Case(MODULE, name, [1], seed, "the factors, and one row per layer of each part",
                baseLayers=base_layers, shapeLayers=shape_layers, textureLayers=texture_layers,
                parts=4)

    def outputs(wplus):
        base, shapes, textures = split(wplus, base_layers)
        return {"base": base, "shapes": shapes, "textures": textures,
                "expanded": expand(wplus, base_layers, shape_layers, texture_layers)}

    case.input("wplus", case.uniform(-2, 2, 2, base_layers + 8, 5), "B base+2K L")
    case.expect(outputs, {"base": "B base L", "shapes": "B K L", "textures": "B K L",
                          "expanded": "B K*layers L"}, "exact")
    return case


def swapping():
    case = Case(MODULE, "swap", [1], 105, "part 2 takes its shape, texture or both from a donor",
                baseLayers=2, parts=4, part=2)
    case.input("wplus", case.uniform(-2, 2, 3, 10, 5), "B base+2K L")
    case.input("donor", case.uniform(-2, 2, 3, 10, 5), "B base+2K L")
    case.expect(
        lambda wplus, donor: {f"swapped_{what}": swap(wplus, donor, 2, what, 2)
                              for what in ("shape", "texture", "both")},
        {f"swapped_{what}": "B base+2K L" for what in ("shape", "texture", "both")}, "exact")
    return case


def truncation():
    case = Case(MODULE, "truncation", [1], 106, "latents drawn towards their mean", psi=0.7)
    case.input("w", case.uniform(-2, 2, 3, 5), "B L")
    case.input("w_mean", case.uniform(-0.5, 0.5, 5), "L")
    case.expect(lambda w, w_mean: {"truncated": truncated(w, w_mean, 0.7)}, {"truncated": "B L"})
    return case


def cases():
    return [
        one_latent("one_latent_base1", 101, 1), one_latent("one_latent_base2", 102, 2),
        two_latents("two_latents_base1", 103, 1), two_latents("two_latents_base2", 104, 2),
        swapping(), truncation(),
        expansion("expansion_base1", 107, 1, 2, 3), expansion("expansion_base2", 108, 2, 3, 4),
    ]
