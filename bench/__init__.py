"""Measures the product against its speed goals: `python -m bench` or `make bench`; README.md explains each."""
