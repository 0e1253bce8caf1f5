"""Small files written by NumPy and by the safetensors package, with their contents as JSON.

They do not test an equation but a reader: that what these two packages write is read back value for
value. The contents of `<name>.npy` and `<name>.safetensors` are in `npy.json`, `safetensors.json`.
"""

import io
import json
import math

import numpy as np

try:
    import safetensors.numpy as safetensors
except ImportError:
    safetensors = None

FOLDER = "Files"


def arrays():
    """The .npy samples: name -> (array, version of the header)."""
    floats = np.array([[0.1, -2.5, 3e-40], [-0.0, 3.4e38, 1 / 3]])
    doubles = np.array([[[0.1, -2.5e-310], [1e300, 7]], [[-0.0, 1 / 3], [2.0**53, -1]],
                        [[4, 5], [6.25, 1e-17]]])
    integers = np.array([[-2147483648, -1, 0, 7], [1, 2, 3, 2147483647]])
    return {
        "f4_c": (floats.astype("<f4"), (1, 0)),
        "f4_fortran": (np.asfortranarray(floats.astype("<f4")), (1, 0)),
        "f8_c": (doubles.astype("<f8"), (1, 0)),
        "f8_fortran": (np.asfortranarray(doubles.astype("<f8")), (1, 0)),
        "f8_version2": (doubles[0].astype("<f8"), (2, 0)),
        "i4_c": (integers.astype("<i4"), (1, 0)),
        "i4_fortran": (np.asfortranarray(integers.astype("<i4")), (1, 0)),
        "u1_c": (np.array([[0, 1, 127], [128, 254, 255]], "u1"), (1, 0)),
        "u1_fortran": (np.asfortranarray(np.array([[0, 1, 127], [128, 254, 255]], "u1")), (1, 0)),
        "b1_c": (np.array([[True, False, False], [False, True, True]]), (1, 0)),
        "b1_fortran": (np.asfortranarray([[True, False, False], [False, True, True]]), (1, 0)),
        "f8_scalar": (np.array(-12.75), (1, 0)),
        "i4_scalar": (np.array(42, "<i4"), (1, 0)),
        "f4_empty": (np.zeros((3, 0, 2), "<f4"), (1, 0)),
        "f8_empty_version2": (np.zeros((0,), "<f8"), (2, 0)),
        "f4_not_finite": (np.array([np.inf, -np.inf, np.nan, 1.5], "<f4"), (1, 0)),
        "f8_not_finite": (np.array([[np.nan], [-np.inf], [np.inf]], "<f8"), (1, 0)),
    }


def tensors():
    """The .safetensors samples: name -> (tensors, metadata). One entry of metadata only: the
    package writes several in an order that changes from run to run."""
    return {
        "kinds": ({
            "f32": np.array([[0.1, -2.5, 3e-40], [-0.0, 3.4e38, 1 / 3]], "<f4"),
            "f64": np.array([[0.1], [-2.5e-310], [1e300], [1 / 3]], "<f8"),
            "i32": np.array([-2147483648, -1, 2147483647], "<i4"),
            "i64": np.array([[-2147483648, 5], [0, 2147483647]], "<i8"),
            "u8": np.array([0, 1, 128, 255, 7], "u1"),
            "bool": np.array([[True], [False], [True]]),
        }, {"note": 'escapes: "quoted", back\\slash, \u00e9, \u03c8'}),
        "shapes": ({
            "scalar_f32": np.array(2.5, "<f4"),
            "scalar_i64": np.array(-3, "<i8"),
            "empty_f32": np.zeros((2, 0, 3), "<f4"),
            "empty_u8": np.zeros((0,), "u1"),
            "a.dotted/name with a space.weight": np.arange(24, dtype="<f4").reshape(1, 2, 3, 4, 1),
            "": np.array([1.5, -1.5], "<f8"),
        }, None),
        "wide_integers": ({  # beyond 32 bits, and beyond what a float64 counts
            "i64": np.array([[-9223372036854775808, 9007199254740993], [2147483648, -1]], "<i8"),
        }, None),
    }


def description(array):
    """Type, shape and values in C order; JSON has no inf and nan, so these are strings."""
    def value(x):
        return x if not isinstance(x, float) or math.isfinite(x) else str(x)

    kind = array.dtype.str if array.dtype.itemsize > 1 else array.dtype.str[1:]
    return {"dtype": kind, "shape": list(array.shape),
            "values": [value(x) for x in array.ravel(order="C").tolist()]}


def lines(entries):
    """A JSON object with one line per entry."""
    body = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in entries.items())
    return ("{\n" + body + "\n}\n").encode()


def files():
    """Every file of the folder by its path; without the safetensors package those are missing."""
    made, npy, named = {}, {}, {}
    for name, (array, version) in arrays().items():
        stream = io.BytesIO()
        np.lib.format.write_array(stream, array, version=version, allow_pickle=False)
        made[f"{FOLDER}/{name}.npy"] = stream.getvalue()
        npy[f"{name}.npy"] = {"version": list(version),
                              "fortranOrder": "'fortran_order': True" in str(stream.getvalue())
                              } | description(array)
    for name, (values, metadata) in tensors().items():
        named[f"{name}.safetensors"] = {
            "metadata": metadata,
            "tensors": {key: description(array) for key, array in values.items()}}
        if safetensors:
            made[f"{FOLDER}/{name}.safetensors"] = safetensors.save(values, metadata)
    made[f"{FOLDER}/npy.json"], made[f"{FOLDER}/safetensors.json"] = lines(npy), lines(named)
    return made


def same_tensors(stored, made):
    """Whether two .safetensors files hold the same tensors (another version of the package may
    lay them out otherwise)."""
    a, b = safetensors.load(stored), safetensors.load(made)
    return a.keys() == b.keys() and all(
        a[key].dtype == b[key].dtype and a[key].shape == b[key].shape
        and a[key].tobytes() == b[key].tobytes() for key in a)
