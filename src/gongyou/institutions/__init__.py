"""Procedures several engines share."""
