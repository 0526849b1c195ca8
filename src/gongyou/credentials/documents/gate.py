"""The gate's page: one HTML file for a guard's phone, which checks paper certificates without any network.

It carries the issuers' keys and the script that checks; a phone keeps it like a photo. Whether a certificate was revoked
it can't know, and says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from string import Template

from gongyou.basics.refusal import says
from gongyou.credentials.documents.issuers import Register, written_issuer

_WORDS = {
    "unreadable": says("读不出证书：不是本系统的证书，或者内容残缺、被改动过。"),
    "format": says("格式正确。"),
    "no_key": says("没有这个密钥，签名核对不了。"),
    "no_issuer": says("签发机构“{issuer}”不在登记册里。"),
    "no_algorithm": says("这部手机的浏览器太旧，核对不了这种签名；请更新浏览器。"),
    "not_signed": says("签名不对：证书内容被改动过，或者不是这家签发的。"),
    "signed": says("签名正确，内容没有被改动。"),
    "issuer": says("签发机构：{issuer}。"),
    "other_issuer": says("签名是“{issuer}”的，证书上写的是另一家。"),
    "compromised": says("这把密钥已经作废，用它签的证书都不算数。"),
    "key_time": says("签发日{day}不在密钥的使用期内。"),
    "key": says("签发时密钥在使用期内。"),
    "scope": says("该机构可以签发“{title}”。"),
    "no_scope": says("该机构不能签发“{title}”。"),
    "not_yet": says("{day}才生效。"),
    "no_end": says("长期有效。"),
    "until": says("有效期至{day}。"),
    "expired": says("已于{day}到期。"),
    "review": says("{day}前要复审。"),
    "late_review": says("应在{day}前复审；复审后会换发新证书。"),
    "no_network": says("没有联网，是否被撤销没有查。"),
    "holder": says("身份证号和证书相符。"),
    "not_holder": says("身份证号和证书不符：不是本人的证书。"),
    "valid": says("有效。"),
    "invalid": says("无效。"),
    "open": says("没有发现问题，但有的项目没有查到，不能算有效。"),
    "name": says("姓名"),
    "title": says("证书"),
    "level": says("等级"),
    "number": says("证书编号"),
}

_PAGE = Template("""<!doctype html>
<html lang="$language"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline';
 style-src 'unsafe-inline'; media-src blob: mediastream:">
<title>$heading</title><style>
body { font: 1.1rem/1.6 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; color: #16202a; background: #fff;
  margin: 0 auto; max-width: 40rem; padding: 1rem }
h1 { font-size: 1.4rem } label { display: block; margin-top: 1rem; font-weight: 600 }
textarea, input { box-sizing: border-box; width: 100%; font: inherit; padding: .6rem; border: 1px solid #5b6773;
  border-radius: .4rem } textarea { min-height: 7rem; overflow-wrap: anywhere }
button { font: inherit; margin-top: 1rem; min-height: 3rem; width: 100%; border: 0; border-radius: .4rem;
  background: #0b5394; color: #fff } video { width: 100% }
:focus-visible { outline: 3px solid #c25700; outline-offset: 2px }
#answer { font-size: 1.3rem; font-weight: 700; margin: 1rem 0 .5rem }
#answer.valid { color: #146c2e } #answer.invalid { color: #a11616 } #answer.open { color: #7a4a00 }
ul { list-style: none; padding: 0 } li { padding: .2rem 0; overflow-wrap: anywhere }
dl { display: grid; grid-template-columns: auto 1fr; gap: .2rem 1rem } dd { margin: 0; overflow-wrap: anywhere }
small { color: #46525e }
</style></head><body><main><h1>$heading</h1><noscript><p>$noscript</p></noscript>
<form><button type="button" id="scan" hidden>$scan</button><video hidden muted playsinline></video>
<label for="code">$code</label><textarea id="code" name="code" required autocomplete="off" spellcheck="false"></textarea>
<label for="number">$id</label><input id="number" name="number" inputmode="text" autocomplete="off" maxlength="18">
<button>$check</button></form>
<p id="answer" role="status" tabindex="-1"></p><dl id="facts"></dl><ul id="checks"></ul>
<p><small>$edition</small></p></main>
<script type="application/json" id="data">$data</script>
<script>$script</script></body></html>
""")


def page(register: Register, *, fingerprint: str, say: Callable[[str], str], language: str) -> str:
    """The file for phones, in the language of `say`."""
    content = {
        "words": {name: say(text) for name, text in _WORDS.items()},
        "titles": {name: say(title) for name, title in register.titles.items()},
        "issuers": [written_issuer(issuer) for issuer in register.issuers],
    }
    # In a script element nothing may look like its end.
    data = json.dumps(content, ensure_ascii=False).replace("<", "\\u003c")
    edition = say(
        says(
            "登记册第{number}版，{day}；公开文件指纹 {fingerprint}。旧版里没有新机构、新密钥，请定期更换本页。"
        )
    )
    return _PAGE.substitute(
        language=language,
        heading=escape(say(says("证书核验（离线）"))),
        noscript=escape(say(says("核对签名要用到脚本，请在浏览器里允许。本页不联网，内容不离开手机。"))),
        scan=escape(say(says("扫描二维码"))),
        code=escape(say(says("二维码内容（扫码枪扫入或粘贴）"))),
        id=escape(say(says("持证人身份证号（可不填；填了就核对是不是本人）"))),
        check=escape(say(says("核验"))),
        edition=escape(
            edition.format(
                number=register.number, day=register.issued_on.isoformat(), fingerprint=fingerprint
            )
        ),
        data=data,
        script=Path(__file__).with_name("gate.js").read_text(encoding="utf-8"),
    )
