"""Compiled kernels: whole numbers in, whole numbers out, no Python objects."""
