"""Writes the weight files of this scenario."""

import ml_dtypes
import numpy as np
from safetensors.numpy import save_file

rng = np.random.default_rng(5)
save_file({
    "model.dense.weight": rng.normal(size=(2, 3)).astype(np.float32),
    "model.dense.bias": np.array([0.5, -1], ml_dtypes.bfloat16),
    "optimizer.step": np.array([7]),
}, "encoder.safetensors")
np.savez("layers.npz", **{"0/k": np.array([1.5, 2.5]), "1/k": np.array([3, 4], np.int32), "extra": np.array([1 + 2j], np.complex64)})
np.save("table.npy", np.asfortranarray(rng.normal(size=(2, 3, 4))))
