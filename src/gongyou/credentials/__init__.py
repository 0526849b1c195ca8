"""Certificates: what kinds there are, which of them admits to a post, and documents anybody can check. No Django."""
