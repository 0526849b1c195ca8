"""QR codes as inline SVG: no image file, no outside service."""

from __future__ import annotations

from io import BytesIO

import segno
from django.utils.safestring import SafeString


def qr_svg(text: str, *, error: str = "m") -> SafeString:
    """A QR code that scales with its box. `error` is the share of damage it survives: l, m, q, h."""
    out = BytesIO()
    segno.make(text, error=error, micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, dark="#000", light="#fff"
    )
    return SafeString(out.getvalue().decode())
