"""Random streams of the engines: the draws of ``simkit.streams``, which the portfolio shares."""

from simkit.streams import Stream, philox, uniform, uniforms

__all__ = ["Stream", "philox", "uniform", "uniforms"]
