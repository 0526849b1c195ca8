"""What an office's page changes: hours, telephone, address, the place on the map, the names."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongyou.offices.queries import OfficeView
from gongyou.web.desk.forms.duty import time_input
from gongyou.web.desk.submitting import IntentForm


class OfficeForm(IntentForm):
    """The facts people outside see. Code and place in the tree never change, so they are not here."""

    name = forms.CharField(label=_("名称"), max_length=60)
    name_en = forms.CharField(
        label=_("英文名称"),
        max_length=120,
        required=False,
        help_text=_("英文页面上显示；不填就显示中文名称。"),
    )
    opens = forms.TimeField(label=_("开门时间"), widget=time_input())
    closes = forms.TimeField(label=_("关门时间"), widget=time_input())
    phone = forms.CharField(
        label=_("电话"), max_length=30, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    operator = forms.CharField(
        label=_("运营单位"), max_length=120, required=False, help_text=_("场地由谁管；工会自己管的不用填。")
    )
    lon = forms.CharField(
        label=_("经度"), max_length=20, required=False, help_text=_("例如 116.3116，和纬度一起填。")
    )
    lat = forms.CharField(label=_("纬度"), max_length=20, required=False, help_text=_("例如 35.0666。"))

    @classmethod
    def of(cls, office: OfficeView) -> OfficeForm:
        """The form as the office stands."""
        facts: dict[str, Any] = {
            name: getattr(office, name) for name in cls.base_fields if hasattr(office, name)
        }
        return cls(
            initial={**facts, "lon": _degrees(office.lon), "lat": _degrees(office.lat)},
            version=office.version,
        )

    def changes(self) -> dict[str, str]:
        """What the service takes: every fact as text."""
        data = self.cleaned_data
        texts = {
            name: data[name] for name in ("name", "name_en", "phone", "address", "operator", "lon", "lat")
        }
        return texts | {name: f"{data[name]:%H:%M}" for name in ("opens", "closes")}


def _degrees(value: object) -> str:
    return "" if value is None else str(value)
