"""Slices nobody asked for: which are worse than chance explains, and which say something of their own."""
