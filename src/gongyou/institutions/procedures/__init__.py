"""Approvals, publicity lists and objections: procedures several engines share."""
