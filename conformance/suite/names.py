"""The scenarios by name."""

import pathlib

SCENARIOS = pathlib.Path(__file__).resolve().parents[1] / "scenarios"


def all_scenarios():
    return sorted(p.parent.name for p in SCENARIOS.glob("*/reference.py"))
