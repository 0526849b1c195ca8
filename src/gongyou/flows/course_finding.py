"""Which class gives a certificate somebody lacks: what a near miss of a post says beside the certificate."""

from __future__ import annotations

from gongyou.engines.skills.queries.classes import class_giving


def class_for(certificate: str, area: str) -> str:
    """The next class in the area, its city or its province, in words; empty where none is open."""
    found = class_giving(certificate, tuple(dict.fromkeys((area, f"{area[:4]}00", f"{area[:2]}0000"))))
    return f"{found.title}（{found.provider}，{found.starts_on:%Y-%m-%d}）" if found else ""
