"""The Frechet distance between two sets of features, each taken as a normal distribution."""

import numpy as np

from .golden import Case

MODULE = "FrechetDistance"


def moments(features):
    """Mean and covariance (divided by N - 1), element by element.  [N, F] -> [F], [F, F]"""
    count, width = features.shape
    mean = np.array([sum(features[:, i]) / count for i in range(width)])
    covariance = np.array([[sum((features[:, i] - mean[i]) * (features[:, j] - mean[j])) / (count - 1)
                            for j in range(width)] for i in range(width)])
    return mean, covariance


def frechet_distance(first, second):
    """|mu1 - mu2|^2 and Tr(S1 + S2 - 2 (S1 S2)^1/2). The trace of the root is the sum of the roots
    of the eigenvalues of S1 S2, found here without making that product symmetric."""
    (mean1, cov1), (mean2, cov2) = moments(first), moments(second)
    eigenvalues = np.linalg.eigvals(cov1 @ cov2)
    assert np.all(np.abs(np.imag(eigenvalues)) <= 1e-12 * np.max(np.real(eigenvalues)))
    roots = np.sqrt(np.real(eigenvalues))
    return ((mean1 - mean2) ** 2).sum(), np.trace(cov1) + np.trace(cov2) - 2 * roots.sum()


def outputs(first, second):
    mean, covariance = moments(first)
    of_means, of_covariances = frechet_distance(first, second)
    return {"mean": mean, "covariance": covariance, "of_means": np.asarray(of_means),
            "of_covariances": np.asarray(of_covariances)}


AXES = {"mean": "C", "covariance": "C C", "of_means": "", "of_covariances": ""}


def cases():
    def begin(name, seed, summary, first, second):
        case = Case(MODULE, name, [], seed, summary)
        case.input("first", first(case), "B C")
        case.input("second", second(case), "P C")
        case.expect(outputs, AXES, derivative=None)
        return case

    def mixed(case, count, width, offset):
        """Features whose numbers depend on each other."""
        mixing = case.uniform(-1, 1, width, width)
        return case.uniform(-1.5, 1.5, count, width) @ mixing + offset

    return [
        begin("two_sets", 1601, "37 and 23 features of 5 numbers that depend on each other",
              lambda case: mixed(case, 37, 5, 0.3), lambda case: mixed(case, 23, 5, -0.4)),
        begin("other_scales", 1602, "numbers of very different size, far from 0",
              lambda case: mixed(case, 41, 4, 0) * [0.1, 1, 10, 30] + [50, -7, 0.5, 20],
              lambda case: mixed(case, 29, 4, 0) * [0.2, 3, 5, 20] + [48, -6, 0.4, 25]),
    ]
