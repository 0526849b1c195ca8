"""The register of organisations on the staff face."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from gongyou.registry.models import Organisation
from gongyou.web.tests.desk_county import SignIn, county, sign_in
from tests.yunshan.county import County
from tests.yunshan.fixtures import installed_packs

__all__ = ["county", "installed_packs", "sign_in"]

pytestmark = pytest.mark.django_db


def test_an_employer_is_registered_with_its_headcount_and_named_in_a_matter(
    county: County, sign_in: SignIn
) -> None:
    receipt, desk = county.file(topic="wages"), sign_in("desk")
    facts = {"name": "云山服装厂", "kind": "enterprise", "area": county.area, "intent": uuid4().hex}
    made = desk.post(reverse("desk:new_organisation"), facts)
    row = Organisation.objects.get()
    assert made.status_code == 302 and made["Location"] == reverse("desk:organisation", args=[row.pk])
    counted = {"count": "60", "counted_on": "2026-06-30", "source": "社保缴费人数", "version": "1"}
    url = reverse("desk:note_headcount", args=[row.pk])
    assert 'aria-invalid="true"' in desk.post(url, {**counted, "source": ""}).content.decode()
    assert desk.post(url, {**counted, "version": "7"}).status_code == 409
    assert desk.post(url, counted).status_code == 302
    page = desk.get(reverse("desk:organisation", args=[row.pk])).content.decode()
    assert "60人" in page and "社保缴费人数" in page
    assert "云山服装厂" in desk.get(reverse("desk:organisations") + "?name=云山").content.decode()
    assert (
        "没有这样的单位" in desk.get(reverse("desk:organisations") + "?name=石桥&cursor=x").content.decode()
    )
    care = reverse("desk:care", args=[receipt.case_id, "employer"])
    assert "登记的单位里没有" in desk.post(care, {"employer": "云山", "reason": "工牌。"}).content.decode()
    assert desk.post(care, {"employer": "云山服装厂", "reason": "工牌。"}).status_code == 302
    assert "云山服装厂" in desk.get(reverse("desk:case", args=[receipt.case_id])).content.decode()


def test_another_countys_employer_is_read_and_not_changed(county: County, sign_in: SignIn) -> None:
    row = Organisation.objects.create(
        name="别县的厂", kind="enterprise", division="990102", controller="union:990102", source="import",
        noted_at="2026-01-01T00:00Z",
    )  # fmt: skip
    desk = sign_in("desk")
    page = desk.get(reverse("desk:organisation", args=[row.pk])).content.decode()
    assert "别县的厂" in page and "登记人数" not in page
    counted = {"count": "60", "counted_on": "2026-06-30", "source": "名册", "version": "1"}
    assert desk.post(reverse("desk:note_headcount", args=[row.pk]), counted).status_code == 403
    row.refresh_from_db()
    assert row.headcount is None
