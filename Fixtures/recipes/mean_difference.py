"""Equation 14: how much an edit changed an image, everywhere and outside the edited region."""

import numpy as np

from .golden import Case, absolute

MODULE = "MeanDifference"


def difference_map(original, edited):
    """The absolute difference averaged over red, green, blue.  [3, H, W] -> [H, W]"""
    return sum(absolute(edited[c] - original[c]) for c in range(3)) / 3


def mean_difference(original, edited):
    """Eq. 14: D_mean = 1/(3 W H) sum over c, i, j of |p_edited - p_original|."""
    return absolute(edited - original).sum() / edited.size


def masked_mean_difference(original, edited, edited_region, over):
    """The same sum over pixels that were not edited, divided by their number (`outside`) or by
    the number of all pixels (`all`), times 3."""
    kept = 1 - edited_region
    pixels = kept.sum() if over == "outside" else kept.size
    return (absolute(edited - original) * kept).sum() / (3 * pixels)


def cases():
    case = Case(MODULE, "edit", [14], 1401,
                "values as given, here in 0 ... 1; edited_region is 1 where the edit was made")
    case.input("original", case.uniform(0, 1, 3, 5, 4), "3 H W")
    case.input("edited", case.uniform(0, 1, 3, 5, 4), "3 H W")
    case.input("edited_region", case.uniform(0, 1, 5, 4) < 0.35, "H W")

    def outputs(original, edited, edited_region):
        difference = difference_map(original, edited)
        return {
            "difference_map": difference,
            "masked_difference_map": difference * (1 - edited_region),
            "mean_difference": mean_difference(original, edited),
            "masked_outside": masked_mean_difference(original, edited, edited_region, "outside"),
            "masked_all": masked_mean_difference(original, edited, edited_region, "all"),
        }

    case.expect(outputs, {"difference_map": "H W", "masked_difference_map": "H W",
                          "mean_difference": "", "masked_outside": "", "masked_all": ""}, step=1e-5)
    return [case]
