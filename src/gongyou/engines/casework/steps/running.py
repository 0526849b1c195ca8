"""Which programmes run in an area, and under which published version a new matter begins."""

from __future__ import annotations

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import CaseProgramme, CaseType
from gongyou.engines.casework.queries.definitions import running_name, type_of
from gongyou.kernel import catalogue
from gongyou.kernel.errors import DomainError


def type_for(area: str, programme: str, type_id: str) -> tuple[str, CaseType]:
    """(content hash, case type) of what runs in the area now. Raises DomainError."""
    running = catalogue.current_hash("running", running_name(area, programme))
    if running is None:
        raise DomainError(
            "programme_not_running",
            says("本地没有开通“{programme}”。"),
            says("请在站点公布的服务清单中选择。"),
            field="programme",
            programme=programme,
        )
    types = catalogue.read_as(running, CaseProgramme).types
    known = {t.id for t in types}
    if type_id not in known:
        # Other systems name a kind; the programme's first type of that kind is meant.
        type_id = next((t.id for t in types if t.kind == type_id), type_id)
    if type_id not in known:
        raise DomainError(
            "unknown_kind",
            says("没有“{type_id}”这类事项。"),
            says("可以选：{known}。"),
            field="kind",
            type_id=type_id,
            known="、".join(sorted(known)),
        )
    return running, type_of(running, type_id)
