"""Thresholds of size by industry as every contender but ours writes them: two indicators, each large, medium, small."""

from __future__ import annotations

SIZES = {
    "C13": ("staff", 1000, 300, 20, "revenue", 40000, 2000, 300),
    "F51": ("staff", 200, 20, 5, "revenue", 40000, 5000, 1000),
    "F52": ("staff", 300, 50, 10, "revenue", 20000, 500, 100),
    "E47": ("revenue", 80000, 6000, 300, "assets", 80000, 5000, 300),
    "I65": ("staff", 300, 100, 10, "revenue", 10000, 1000, 50),
    "K7010": ("revenue", 200000, 1000, 100, "assets", 10000, 5000, 2000),
    "L72": ("staff", 300, 100, 10, "assets", 120000, 8000, 100),
    "M73": ("staff", 300, 100, 10, "staff", 300, 100, 10),
    "G54": ("staff", 1000, 300, 20, "revenue", 30000, 3000, 200),
}
