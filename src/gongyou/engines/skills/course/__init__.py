"""Plain rules of a fused course: what it covers, how papers are drawn, what marks mean. No Django."""
