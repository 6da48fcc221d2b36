"""`python -m slicer`."""

from slicer.cli import main

main()
