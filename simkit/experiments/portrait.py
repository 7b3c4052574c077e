"""The customers of a scenario before anything happens, for those who show them."""

from simkit.engine.portrait import portrait

__all__ = ["portrait"]
