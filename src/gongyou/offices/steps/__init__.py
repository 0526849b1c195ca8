"""Writes on offices that several actions share."""

from gongyou.offices.steps.tree import WRITE, active_office, found_office, locked_office, write_office

__all__ = ["WRITE", "active_office", "found_office", "locked_office", "write_office"]
