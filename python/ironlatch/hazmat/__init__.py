"""The low layer: primitives that can be combined in ways that are not safe. Prefer a recipe."""
