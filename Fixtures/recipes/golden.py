"""What the recipes share: a case with its files, exact derivatives, and tolerances with a reason.

Axis letters, one legend for the whole repository: B batch, K parts, C channels, H W map rows and
columns, D depth planes, N samples on a ray, L latent width. Here also R rays and P points.
"""

import io
import math

import numpy as np

AXES = {
    "B": "batch", "K": "parts", "C": "channels", "H": "map rows", "W": "map columns",
    "D": "depth planes", "N": "samples on a ray", "L": "latent width", "R": "rays",
    "P": "points", "M": "importance samples of a ray", "O": "output channels",
    "I": "kernel rows", "J": "kernel columns", "H'": "rows of the result",
    "W'": "columns of the result", "2": "yaw pitch, or column row",
    "3": "x y z, or column row plane, or red green blue",
}

# An array `got` passes when every element obeys
#     abs(got - expected) <= relative * abs(expected) + absolute.
# `absolute` is the same relative error of the array's largest magnitude: an element that came out
# of a cancellation cannot be better than the terms that cancelled. Extreme cases set it to 0.
TOLERANCES = {
    "exact": (0.0, "values are copied, chosen or counted, not computed"),
    "closed form": (1e-12, "a few float64 roundings (2.2e-16 each), conditioned by at most 1e3"),
    "derivative": (1e-11, "the golden derivative is exact to rounding; sums of many more terms"),
    "importance": (1e-10, "the inversion divides roundings by gaps of the cdf as small as 1e-5"),
    "near pole": (1e-9, "within 1e-5 of the pole a normalisation divides roundings by 1e-5"),
    "near pole derivative": (1e-8, "and its derivative divides them by 1e-5 twice, in parts"),
}

# Derivatives are taken by the complex step: for an analytic f, f(x + ih) = f(x) + ih f'(x) + O(h2),
# so that f'(x) = Im f(x + ih) / h without any subtraction. With h this small nothing is truncated.
STEP = 1e-40


def real(x):
    """The part of x that comparisons look at; the imaginary part only carries a derivative."""
    return np.real(x)


def absolute(x):
    """|x|; at 0 the derivative is taken as 0."""
    return np.sign(real(x)) * x


def clamp(x, low, high):
    """x kept inside low ... high."""
    return np.where(real(x) < low, low, np.where(real(x) > high, high, x))


def softmax(x, axis):
    """exp(x) / sum exp(x); the largest x is taken off first, which cancels and cannot overflow."""
    powers = np.exp(x - np.max(real(x), axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


class Case:
    """One folder of golden files: inputs, expected outputs, and first derivatives of these."""

    def __init__(self, module, name, equations, seed, summary, **parameters):
        self.module, self.name, self.equations = module, name, equations
        self.seed, self.summary, self.parameters = seed, summary, parameters
        self.random = np.random.Generator(np.random.PCG64(seed))
        self.inputs, self.axes, self.files, self.worst = {}, {}, [], 0.0

    @property
    def folder(self):
        return f"{self.module}/{self.name}"

    def uniform(self, low, high, *shape):
        """Seeded numbers between low and high."""
        return self.random.uniform(low, high, shape)

    def input(self, name, values, axes):
        """Record an input; arrays of integers are kept as 32-bit integers."""
        values = np.array(values)
        values = values.astype("<i4" if values.dtype.kind in "iub" else "<f8")
        self.inputs[name] = values
        self._add(name, "input", values, axes)
        return values

    def expect(self, function, axes, tolerance="closed form", derivative="derivative",
               with_respect_to=None, extreme=(), step=1e-3):
        """Record `function(**inputs)`, a dictionary of outputs, and the derivatives of each one.

        `axes` names the axes of each output. Per floating output a random array, the cotangent,
        turns it into the number sum(cotangent * output), whose gradient with respect to each
        floating input (or those `with_respect_to` lists) is recorded where it is not all zero.
        `extreme`: which of "values", "derivatives" have to agree without an absolute tolerance.
        """
        outputs = function(**self.inputs)
        assert list(outputs) == list(axes), (list(outputs), list(axes))
        cotangents = {}
        for name, value in outputs.items():
            value = np.asarray(value)
            kind = "<i4" if value.dtype.kind in "iu" else "<f8"
            self._add(name, "expected", value.astype(kind), axes[name],
                      tolerance=limits(tolerance, value, "values" in extreme))
            if kind == "<f8" and derivative and with_respect_to != []:
                cotangents[name] = np.asarray(self.uniform(-1.5, 1.5, *value.shape))
        wanted = [n for n, v in self.inputs.items() if v.dtype == np.dtype("<f8")]
        wanted = wanted if with_respect_to is None else with_respect_to
        gradients = complex_step(function, self.inputs, cotangents, wanted)
        if step and gradients:
            self._compare_with_differences(function, cotangents, gradients, wanted, step)
        for name in cotangents:
            found = [n for n in wanted if np.any(gradients[name, n])]
            if found:
                self._add(f"cotangent_{name}", "cotangent", cotangents[name], axes[name], of=name,
                          differentiatedBy=wanted)
            for n in found:
                gradient = gradients[name, n]
                self._add(f"grad_{n}_of_{name}", "gradient", gradient, self.axes[n], of=name,
                          withRespectTo=n,
                          tolerance=limits(derivative, gradient, "derivatives" in extreme))
        return outputs

    def _compare_with_differences(self, function, cotangents, gradients, wanted, step):
        """A second opinion: Richardson-extrapolated central differences along one direction."""
        for n in wanted:
            direction = self.random.standard_normal(self.inputs[n].shape)
            slopes = directional(function, self.inputs, cotangents, n, direction, step)
            for name, slope in slopes.items():
                terms = gradients[name, n] * direction
                scale = np.abs(terms).sum()
                error = abs(slope - terms.sum()) / scale if scale else abs(slope)
                self.worst = max(self.worst, error)
                if error > 1e-8:
                    raise AssertionError(f"{self.folder}: d {name} / d {n} is off by {error:.1e}")

    def _add(self, name, role, values, axes, **more):
        self.axes[name] = axes
        axes = axes.split()
        assert values.ndim == len(axes), (self.folder, name, values.shape, axes)
        entry = {"file": f"{name}.npy", "role": role, "dtype": values.dtype.str,
                 "shape": list(values.shape), "axes": axes}
        self.files.append((entry | more, npy_bytes(values)))


def limits(reason, values, extreme):
    """The tolerance of one array, as the manifest states it."""
    relative = TOLERANCES[reason][0]
    largest = 0.0 if extreme or np.size(values) == 0 else float(np.max(np.abs(values)))
    return {"relative": relative, "absolute": float(f"{relative * largest:.0e}"),
            "reason": reason}


def npy_bytes(values):
    """The .npy file of an array, in C order."""
    stream = io.BytesIO()
    np.save(stream, np.array(values, order="C"), allow_pickle=False)
    return stream.getvalue()


def complex_step(function, inputs, cotangents, wanted):
    """The gradient of sum(cotangent * output) for every (output, wanted input)."""
    gradients = {}
    for n in wanted if cotangents else []:
        for name in cotangents:
            gradients[name, n] = np.zeros(inputs[n].shape)
        for index in np.ndindex(*inputs[n].shape):
            moved = inputs[n].astype(complex)
            moved[index] += STEP * 1j
            outputs = function(**(inputs | {n: moved}))
            for name, cotangent in cotangents.items():
                slope = np.imag(outputs[name]) / STEP
                gradients[name, n][index] = math.fsum(np.ravel(cotangent * slope))
    return gradients


def directional(function, inputs, cotangents, n, direction, step):
    """d sum(cotangent * output) along `direction` by central differences of step, 1/2 and 1/4."""
    def central(h):
        ahead = function(**(inputs | {n: inputs[n] + h * direction}))
        behind = function(**(inputs | {n: inputs[n] - h * direction}))
        return {name: np.sum(c * (ahead[name] - behind[name])) / (2 * h)
                for name, c in cotangents.items()}

    first, second, third = central(step), central(step / 2), central(step / 4)
    result = {}
    for name in cotangents:
        a = (4 * second[name] - first[name]) / 3
        b = (4 * third[name] - second[name]) / 3
        result[name] = (16 * b - a) / 15
    return result
