"""The version of the product, recorded with every import."""

__version__ = "0.1.0"
