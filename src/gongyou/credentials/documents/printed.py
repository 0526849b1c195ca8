"""The certificate on paper: an HTML page that prints as A4 (or, folded small, as a card), with its QR code."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from string import Template

from gongyou.credentials.documents.claims import Claims
from gongyou.credentials.documents.issuers import Issuer
from gongyou.credentials.documents.paper import qr_svg

# The certificate itself is a Chinese document, whatever the reader's language.
_PAGE = Template("""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title $number</title><style>
@page { size: A4; margin: 20mm }
body { font: 16px/1.7 "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif; color: #111; background: #fff;
  margin: 0 auto; padding: 1rem; max-width: 44rem }
main { border: 3px double #8a1c1c; padding: 1.5rem }
h1 { text-align: center; color: #8a1c1c; font-size: 1.6rem; margin: .5rem 0 1.5rem }
dl { display: grid; grid-template-columns: minmax(6rem, auto) 1fr; gap: .3rem 1rem; margin: 0 }
dt { color: #444 } dd { margin: 0; overflow-wrap: anywhere }
figure { text-align: center; margin: 1.5rem 0 0 } figure svg { width: 46mm; height: 46mm; max-width: 100% }
figcaption, footer { font-size: .85rem; color: #444 }
@media print and (max-width: 100mm) { @page { size: 85.6mm 54mm; margin: 3mm } body { font-size: 7px } }
</style></head><body><main><h1>$title</h1><dl>$rows</dl>
<figure>$code<figcaption>扫码核验：没有网络也能查真伪；是否被撤销须联网。</figcaption></figure></main>
<footer><p>二维码里只有遮住的姓名和身份证号的摘要，没有完整号码。核验时请持证人出示身份证。</p></footer>
</body></html>
""")


def page(
    claims: Claims, text: str, issuer: Issuer, titles: Mapping[str, str], *, name: str, number_shown: str
) -> str:
    """`text`: the paper form; `name`, `number_shown`: as they shall be printed."""
    title = titles.get(claims.kind, claims.kind)
    rows = [
        ("持证人", name),
        ("身份证号", number_shown),
        ("等级", titles.get(claims.level, claims.level)),
        ("证书编号", claims.number),
        ("发证日期", claims.issued_on.isoformat()),
        ("有效期至", claims.valid_until.isoformat() if claims.valid_until else "长期"),
        ("复审截止", claims.review_on.isoformat() if claims.review_on else ""),
        ("发证机构", issuer.title),
    ]
    listed = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in rows if v)
    code = qr_svg(text, title=f"{title} {claims.number}")
    return _PAGE.substitute(title=escape(title), number=escape(claims.number), rows=listed, code=code)
