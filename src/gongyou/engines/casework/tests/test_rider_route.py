"""A route of another kind, as pack data: the group, the studio, the party organisation."""

from __future__ import annotations

import pytest

from gongyou.engines.casework.jobs import climb
from gongyou.engines.casework.models import Case, HelpRequest, Rise
from gongyou.engines.casework.services.filing import Filing, file_case
from gongyou.engines.casework.tests.recount import check_everything
from gongyou.engines.casework.tests.stories import at
from gongyou.kernel.access import system_actor, visitor_actor
from gongyou.offices.services import add_office

AREA = "440304"
PLACES = (
    (AREA, "county", ""),
    (f"{AREA}90", "callback_desk", AREA),
    (f"{AREA}91", "party_organisation", AREA),
    (f"{AREA}01", "studio", AREA),
    (f"{AREA}0101", "station", f"{AREA}01"),
)


@pytest.mark.parametrize("missing", ["", "studio", "party_organisation"])
def test_from_the_group_to_the_studio_to_the_party_organisation(installed_packs: None, missing: str) -> None:
    made: dict[str, object] = {}
    for code, kind, parent in PLACES:
        is_missing = kind == missing
        made[code] = add_office(
            system_actor("tests"),
            code=code,
            name=code,
            kind="department" if is_missing else kind,
            parent_id=made[parent].id if parent else None,  # type: ignore[attr-defined]
            area=AREA,
        )
    group = made[f"{AREA}0101"]
    with at("2026-11-02 10:00"):
        case_id = file_case(
            visitor_actor(),
            filing=Filing(
                programme="rider-studio",
                type_id="appeal",
                text="补贴少算了。",
                channel="qr",
                office_id=group.id,  # type: ignore[attr-defined]
                topic="traffic",
                name="阿强",
                phone="13800000401",
            ),
        ).case_id
    with at("2026-11-20 09:00"):
        assert climb() == 5
    steps = Rise.objects.filter(case_id=case_id).order_by("due_at").values_list("step", "meant_office_id")
    meant = {step: office for step, office in steps if step != "top"}
    studio, party = made[f"{AREA}01"], made[f"{AREA}91"]
    root = made[AREA]
    # Where there is no such office the next one up stands in for it.
    assert meant["studio_helps"] == meant["studio_leads"] == studio.id  # type: ignore[attr-defined]
    wanted = root if missing == "party_organisation" else party
    assert meant["party_helps"] == wanted.id  # type: ignore[attr-defined]
    # Nobody is on any rota here: each level ends on the list of the office at the top.
    assert Case.objects.get(pk=case_id).office_id == root.id  # type: ignore[attr-defined]
    assert HelpRequest.objects.filter(case_id=case_id).count() == 1
    check_everything(case_id)
