"""Trains the classifier of specs/digits in NumPy, and writes its weights. Never run by an export.

    python conformance/digits/train.py

The data are the handwritten digits of the UCI repository, 1,797 images of 8 × 8, which scikit-learn ships. A fifth is held
back. Writes specs/digits/digits.safetensors (the layers, each weight as [out, in], the way PyTorch keeps it),
specs/digits/digits.npz (mean and scale of the pixels) and conformance/digits/held_out.npy (the numbers of the images).
"""

import pathlib

import numpy as np
import sklearn.datasets
from safetensors.numpy import save_file

ROOT = pathlib.Path(__file__).resolve().parents[2]
SPECS = ROOT / "specs" / "digits"
HELD_OUT = pathlib.Path(__file__).with_name("held_out.npy")
HIDDEN, EPOCHS, BATCH, RATE, MOMENTUM, DECAY = 32, 60, 32, 0.05, 0.9, 1e-4


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def train(x, y, rng):
    """Gradient descent with momentum on the cross entropy; returns the weights of the two layers."""
    weights = [rng.normal(0, np.sqrt(2 / 64), (64, HIDDEN)), np.zeros(HIDDEN),
               rng.normal(0, np.sqrt(2 / HIDDEN), (HIDDEN, 10)), np.zeros(10)]
    speed = [np.zeros_like(w) for w in weights]
    for epoch in range(EPOCHS):
        rate = RATE * (1 - epoch / EPOCHS)
        for batch in np.array_split(rng.permutation(len(x)), len(x) // BATCH):
            hidden = np.maximum(x[batch] @ weights[0] + weights[1], 0)
            error = softmax(hidden @ weights[2] + weights[3])
            error[np.arange(len(batch)), y[batch]] -= 1
            error /= len(batch)
            back = error @ weights[2].T * (hidden > 0)
            gradients = [x[batch].T @ back, back.sum(0), hidden.T @ error, error.sum(0)]
            for i, g in enumerate(gradients):
                speed[i] = MOMENTUM * speed[i] - rate * (g + DECAY * weights[i])
                weights[i] = weights[i] + speed[i]
    return weights


def main():
    images, labels = sklearn.datasets.load_digits(return_X_y=True)
    rng = np.random.default_rng(1797)
    order = rng.permutation(len(images))
    held_out, rest = np.sort(order[:len(images) // 5]), order[len(images) // 5:]
    mean, scale = images[rest].mean(axis=0), images[rest].std(axis=0) + 1
    weights = train((images[rest] - mean) / scale, labels[rest], rng)

    as_float = [np.ascontiguousarray(w, np.float32) for w in weights]
    SPECS.mkdir(parents=True, exist_ok=True)
    save_file({
        "hidden.weight": np.ascontiguousarray(as_float[0].T), "hidden.bias": as_float[1],
        "output.weight": np.ascontiguousarray(as_float[2].T), "output.bias": as_float[3],
    }, SPECS / "digits.safetensors")
    np.savez(SPECS / "digits.npz", mean=mean.astype(np.float32), scale=scale.astype(np.float32))
    np.save(HELD_OUT, held_out.astype(np.int16))

    x = (images[held_out] - mean) / scale
    logits = np.maximum(x @ weights[0] + weights[1], 0) @ weights[2] + weights[3]
    print(f"accuracy on the {len(held_out)} images held back: {(logits.argmax(1) == labels[held_out]).mean():.4f}")


if __name__ == "__main__":
    main()
