"""Equation 8: the parts' volumes become one."""

import numpy as np

from .golden import Case, softmax

MODULE = "PartFusion"


def fused_density(psi, density):
    """Eq. 8 for densities: sum over k of psi_k sigma_k.  [K, D, H, W], [K, H, W] -> [D, H, W]"""
    return sum(psi[k] * density[k] for k in range(len(psi)))


def shares(psi, density, fusion):
    """What part k's feature is multiplied by at a voxel: psi_k, as printed (`sum`), or psi_k times
    the softmax over parts of the lifted densities (`densitySoftmax`).  -> [K, D, H, W]"""
    return psi if fusion == "sum" else psi * softmax(psi * density[:, None], axis=0)


def fused_feature(psi, density, feature, fusion):
    """Eq. 8: sum over k of f3d_k.  feature [K, C, H, W] -> [C, D, H, W]"""
    share = shares(psi, density, fusion)
    volumes = [np.stack([share[k] * channel for channel in feature[k]]) for k in range(len(psi))]
    return sum(volumes)


def fusing(name, seed, fusion):
    case = Case(MODULE, name, [8], seed, "three parts' lifting weights and maps", fusion=fusion,
                parts=3)
    case.input("psi", case.uniform(0.05, 0.95, 3, 6, 5, 4), "K D H W")
    case.input("density", case.uniform(0.2, 4, 3, 5, 4), "K H W")
    case.input("feature", case.uniform(-2, 2, 3, 2, 5, 4), "K C H W")

    def outputs(psi, density, feature):
        return {"fused_feature": fused_feature(psi, density, feature, fusion),
                "fused_density": fused_density(psi, density)}

    case.expect(outputs, {"fused_feature": "C D H W", "fused_density": "D H W"})
    return case


def cases():
    return [fusing("sum", 801, "sum"), fusing("density_softmax", 802, "densitySoftmax")]
