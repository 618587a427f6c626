"""Compares what tfsave exports with what TensorFlow saves for the same model."""
