"""What is wrong with a pack, as a sentence with file, line and key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gongyou.basics.refusal import Refusal, says

_AT = says("{file} 第{line}行 {key}：")
_LONGEST_LIST = 20


@dataclass(frozen=True)
class Finding:
    """One mistake. `message` is a Chinese msgid, `params` fill it; `line` counts from 1 (0: the whole file)."""

    check: str
    message: str
    file: str = ""
    line: int = 0
    key: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, say: Callable[[str], str] = str) -> str:
        """The whole sentence; `say` translates (gettext)."""
        where = say(_AT).format(file=self.file, line=self.line or 1, key=self.key).replace(" ：", "：")
        return where + say(self.message).format(**self.params)

    def as_plain(self) -> dict[str, object]:
        return {
            "check": self.check,
            "file": self.file,
            "line": self.line,
            "key": self.key,
            "message": self.sentence(),
        }


class PacksRefused(Refusal):
    """Packs with findings are not published."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        lines = "\n".join(finding.sentence() for finding in findings[:_LONGEST_LIST])
        super().__init__(
            "packs_refused",
            says("规则包有{count}处问题，没有发布：\n{lines}\n"),
            says("请逐条改正后重新检查。"),
            field="packs",
            count=len(findings),
            lines=lines,
        )
        self.findings = tuple(findings)
