"""What staff write about a station: facilities, faults, stock, use, rounds, hours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongyou.basics.refusal import Refusal, says
from gongyou.kernel.access import Actor
from gongyou.offices import services
from gongyou.offices.definitions import StationRules
from gongyou.offices.queries import OfficeView
from gongyou.offices.services import CheckAnswer, DayHours
from gongyou.packkit.texts import say
from gongyou.web.desk.forms.duty import time_input
from gongyou.web.desk.forms.steps import day_input
from gongyou.web.desk.submitting import IntentForm, uuid_of

Service = Callable[[Actor], object]
WEEKDAYS: tuple[str | Promise, ...] = (
    _("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"), _("法定节假日"),
)  # fmt: skip


class StationForm(IntentForm):
    """One deed at a station; `row` names what it is about, where that is one of several."""

    tab: ClassVar[str] = "station"
    done: ClassVar[str | Promise] = _("已保存。")

    row = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, office: OfficeView, rules: StationRules | None, **kwargs: Any) -> None:
        self.office, self.rules = office, rules
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the area's rules."""

    def service(self) -> Service:
        raise NotImplementedError

    def perform(self, actor: Actor) -> object:
        return self.service()(actor)

    @property
    def row_id(self) -> UUID:
        """Raises Refusal."""
        found = uuid_of(str(self.cleaned_data.get("row", "")))
        if found is None:
            raise Refusal("row_missing", says("没有选定要处理的是哪一条。"), says("请刷新页面重试。"))
        return found

    def choose(self, field: str, choices: list[tuple[str, str]]) -> None:
        chosen = self.fields[field]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", _("请选择")), *choices]


class FacilityForm(StationForm):
    tab = "station_facilities"
    kind = forms.ChoiceField(label=_("设施"))
    label = forms.CharField(label=_("放在哪里"), max_length=60, required=False)
    pieces = forms.IntegerField(label=_("数量"), min_value=1, max_value=999, initial=1)

    def prepare(self) -> None:
        self.choose("kind", [(k.id, say(k.title)) for k in self.rules.facilities] if self.rules else [])

    def service(self) -> Service:
        data = {name: self.cleaned_data[name] for name in ("kind", "label", "pieces")}
        return lambda a: services.add_facility(a, office_id=self.office.id, **data)


class WithdrawFacilityForm(StationForm):
    tab = "station_facilities"

    def service(self) -> Service:
        return lambda a: services.withdraw_facility(a, facility_id=self.row_id)


class ReportForm(StationForm):
    tab = "station_facilities"
    done = _("已登记报修。")
    text = forms.CharField(label=_("坏在哪里"), max_length=200)
    is_down = forms.BooleanField(label=_("完全不能用"), required=False, initial=True)

    def service(self) -> Service:
        data = self.cleaned_data
        return lambda a: services.report_fault(
            a, facility_id=self.row_id, text=data["text"], is_down=data["is_down"]
        )


class AcceptFaultForm(StationForm):
    tab = "station_facilities"

    def service(self) -> Service:
        return lambda a: services.accept_fault(a, fault_id=self.row_id)


class NoteForm(StationForm):
    tab = "station_facilities"
    note = forms.CharField(label=_("说明"), max_length=200)


class RepairFaultForm(NoteForm):
    done = _("已记下，请另一位同事看过再确认。")

    def service(self) -> Service:
        return lambda a: services.repair_fault(a, fault_id=self.row_id, note=self.cleaned_data["note"])


class DismissFaultForm(NoteForm):
    def service(self) -> Service:
        return lambda a: services.dismiss_fault(a, fault_id=self.row_id, note=self.cleaned_data["note"])


class VerifyFaultForm(StationForm):
    tab = "station_facilities"
    works = forms.ChoiceField(label=_("修好了吗"), choices=(("yes", _("好了")), ("no", _("没修好"))))

    def service(self) -> Service:
        works = self.cleaned_data["works"] == "yes"
        return lambda a: services.verify_fault(a, fault_id=self.row_id, works=works)


class ReceiveForm(StationForm):
    tab = "station_stock"
    done = _("已入库。")
    item = forms.ChoiceField(label=_("物品"))
    count = forms.IntegerField(label=_("数量"), min_value=1, max_value=100_000)
    expires_on = forms.DateField(
        label=_("有效期至"), required=False, widget=day_input(), help_text=_("没有有效期的不用填。")
    )
    batch = forms.CharField(label=_("批号"), max_length=40, required=False)

    def prepare(self) -> None:
        self.choose("item", [(i.id, say(i.title)) for i in self.rules.items] if self.rules else [])

    def service(self) -> Service:
        data = {name: self.cleaned_data[name] for name in ("item", "count", "expires_on", "batch")}
        return lambda a: services.receive_lot(a, office_id=self.office.id, **data)


class UseStockForm(StationForm):
    tab = "station_stock"
    count = forms.IntegerField(label=_("领用数量"), min_value=1, max_value=100_000)

    def service(self) -> Service:
        return lambda a: services.use_stock(a, lot_id=self.row_id, count=self.cleaned_data["count"])


class CountLotForm(StationForm):
    tab = "station_stock"
    count = forms.IntegerField(label=_("实有数量"), min_value=0, max_value=100_000)

    def service(self) -> Service:
        return lambda a: services.count_lot(a, lot_id=self.row_id, found=self.cleaned_data["count"])


class WithdrawLotForm(StationForm):
    tab = "station_stock"
    done = _("已下架登记。")
    note = forms.CharField(label=_("下架原因"), max_length=120)

    def service(self) -> Service:
        return lambda a: services.withdraw_lot(a, lot_id=self.row_id, note=self.cleaned_data["note"])


class CountUseForm(StationForm):
    done = _("人次已记下。")
    day = forms.DateField(label=_("日期"), widget=day_input())
    count = forms.IntegerField(label=_("人次"), min_value=0, max_value=20_000)

    def service(self) -> Service:
        data = {name: self.cleaned_data[name] for name in ("day", "count")}
        return lambda a: services.count_use(a, office_id=self.office.id, **data)


class InspectForm(StationForm):
    tab = "station_rounds"
    done = _("巡检已记下。")

    def prepare(self) -> None:
        for point in self.rules.checks if self.rules else ():
            self.fields[point.id] = forms.ChoiceField(
                label=say(point.text),
                choices=(("yes", _("正常")), ("no", _("有问题"))),
                widget=forms.RadioSelect,
            )
            self.fields[f"{point.id}_note"] = forms.CharField(
                label=_("问题说明"), max_length=80, required=False
            )

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each line of the checklist with the place for what is wrong."""
        return [(self[p.id], self[f"{p.id}_note"]) for p in self.rules.checks] if self.rules else []

    def service(self) -> Service:
        answers = tuple(
            CheckAnswer(p.id, self.cleaned_data[p.id] == "yes", self.cleaned_data[f"{p.id}_note"])
            for p in (self.rules.checks if self.rules else ())
        )
        return lambda a: services.inspect_station(a, office_id=self.office.id, answers=answers)


class WeekForm(StationForm):
    tab = "station_hours"

    def prepare(self) -> None:
        for number, title in enumerate(WEEKDAYS):
            for name in ("opens", "closes"):
                words = _("{day} 从") if name == "opens" else _("{day} 到")
                self.fields[f"{name}_{number}"] = forms.TimeField(
                    label=str(words).format(day=title), required=False, widget=time_input()
                )

    def lines(self) -> list[tuple[str | Promise, forms.BoundField, forms.BoundField]]:
        return [(title, self[f"opens_{n}"], self[f"closes_{n}"]) for n, title in enumerate(WEEKDAYS)]

    def service(self) -> Service:
        days = tuple(
            DayHours(n, self._time(f"opens_{n}"), self._time(f"closes_{n}")) for n in range(len(WEEKDAYS))
        )
        return lambda a: services.set_weekly_hours(a, office_id=self.office.id, days=days)

    def _time(self, name: str) -> str:
        given = self.cleaned_data[name]
        return f"{given:%H:%M}" if given else ""


class PlainWeekForm(StationForm):
    tab = "station_hours"

    def service(self) -> Service:
        return lambda a: services.set_weekly_hours(a, office_id=self.office.id, days=())


class DayApartForm(StationForm):
    tab = "station_hours"
    day = forms.DateField(label=_("哪一天"), widget=day_input())
    opens = forms.TimeField(
        label=_("从"), required=False, widget=time_input(), help_text=_("全天不开就都不填。")
    )
    closes = forms.TimeField(label=_("到"), required=False, widget=time_input())
    reason = forms.CharField(label=_("原因"), max_length=80)

    def service(self) -> Service:
        data = self.cleaned_data
        hours = {n: f"{data[n]:%H:%M}" if data[n] else "" for n in ("opens", "closes")}
        return lambda a: services.set_day_apart(
            a, office_id=self.office.id, day=data["day"], reason=data["reason"], **hours
        )


class DropDayForm(StationForm):
    tab = "station_hours"
    day = forms.DateField(widget=forms.HiddenInput)

    def service(self) -> Service:
        return lambda a: services.drop_day_apart(a, office_id=self.office.id, day=self.cleaned_data["day"])


DEEDS: Mapping[str, type[StationForm]] = {
    "add": FacilityForm,
    "withdraw": WithdrawFacilityForm,
    "report": ReportForm,
    "accept": AcceptFaultForm,
    "repair": RepairFaultForm,
    "dismiss": DismissFaultForm,
    "verify": VerifyFaultForm,
    "receive": ReceiveForm,
    "use": UseStockForm,
    "recount": CountLotForm,
    "discard": WithdrawLotForm,
    "count": CountUseForm,
    "inspect": InspectForm,
    "week": WeekForm,
    "plain_week": PlainWeekForm,
    "apart": DayApartForm,
    "drop_day": DropDayForm,
}
"""Every deed at a station by the name in its address."""
