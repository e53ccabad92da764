"""Benchmarks of Ironlatch against the peer, in one environment and in one go."""
