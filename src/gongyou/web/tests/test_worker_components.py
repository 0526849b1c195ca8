"""The components every page is made of, drawn through templates as pages draw them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

import gongyou.web
from gongyou.kernel import moment

WEB = Path(gongyou.web.__file__).parent
NOW = datetime(2026, 9, 30, 15, 0, tzinfo=moment.SHANGHAI)


def draw(text: str, **context: Any) -> str:
    return Template(text).render(Context(context))


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


@pytest.fixture(autouse=True)
def _in_chinese_on_the_eve_of_the_holiday() -> Iterator[None]:
    with moment.standing_at(NOW), translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 10, 10), "10月10日（周六）"),
        (date(2027, 1, 4), "2027年1月4日（周一）"),
        (datetime(2026, 10, 9, 17, 30, tzinfo=moment.SHANGHAI), "10月9日（周五）"),
        (datetime.fromisoformat("2026-10-09T16:30:00+00:00"), "10月10日（周六）"),
        (None, ""),
    ],
)
def test_a_date_is_written_as_people_write_it(day: date | None, text: str) -> None:
    assert draw("{{ day|cn_date }}", day=day) == text


def test_a_moment_is_written_in_local_time() -> None:
    assert (
        draw("{{ at|cn_datetime }}", at=datetime.fromisoformat("2026-10-10T09:00:00+00:00"))
        == "10月10日（周六）17:00"
    )


def test_an_english_date_names_its_month_and_year() -> None:
    at = datetime.fromisoformat("2026-10-10T09:00:00+00:00")
    with translation.override("en"):
        assert draw("{{ at|cn_datetime }}", at=at) == "Sat 10 Oct 2026, 17:00"
        assert draw("{{ at|cn_date }}", at=date(2027, 1, 4)) == "Mon 4 Jan 2027"


@pytest.mark.parametrize(("count", "text"), [(0, "0"), (499, "499"), (500, "500+")])
def test_a_count_that_stops_says_so(count: int, text: str) -> None:
    assert draw("{{ n|at_most }}", n=count) == text


def test_an_hour_clock_says_from_which_moment_it_counts() -> None:
    why = SimpleNamespace(
        budget=4, unit="business_hour", started_at=NOW, rest_days=(), paused_days=(), source="", confidence=""
    )
    assert "从9月30日（周三）15:00起算4小时，只算上班时间。" in draw("{% due_why why %}", why=why)


@pytest.mark.parametrize(
    ("clock", "expected", "tone"),
    [
        ({"due_at": NOW + timedelta(days=10, hours=2)}, "10月10日（周六）17:00 还有10天", "ok"),
        ({"due_at": NOW + timedelta(hours=2)}, "9月30日（周三）17:00 今天到期", "soon"),
        ({"due_at": NOW + timedelta(hours=12)}, "10月1日（周四）03:00 明天到期", "soon"),
        ({"due_at": NOW - timedelta(hours=1)}, "9月30日（周三）14:00 今天已到期", "late"),
        ({"due_at": NOW - timedelta(days=2)}, "9月28日（周一）15:00 已超期2天", "late"),
        ({"due_at": None}, "计时暂停", "stopped"),
        ({"due_at": NOW + timedelta(days=3), "is_stopped": True}, "10月3日（周六）15:00 计时暂停", "stopped"),
        ({"due_at": NOW, "met_at": NOW - timedelta(days=1)}, "9月30日（周三）15:00 已按期完成", "done"),
        (
            {"due_at": NOW, "met_at": NOW + timedelta(days=1)},
            "9月30日（周三）15:00 完成，但超过了期限",
            "late",
        ),
    ],
)
def test_a_promised_date_says_how_long_is_left(clock: dict[str, Any], expected: str, tone: str) -> None:
    html = draw("{% due clock %}", clock=SimpleNamespace(**clock))
    assert words(html) == expected
    assert f"due-{tone}" in html


@pytest.mark.parametrize("name", ["provisional", "is_provisional"])
def test_a_provisional_date_says_so_in_words(name: str) -> None:
    clock = SimpleNamespace(due_at=NOW + timedelta(days=90), **{name: True})
    assert "预计" in words(draw("{% due clock %}", clock=clock))
    setattr(clock, name, False)
    assert "预计" not in words(draw("{% due clock %}", clock=clock))


def test_the_reason_of_a_date_names_the_days_left_out() -> None:
    why = SimpleNamespace(
        budget=3,
        unit="working_day",
        started_at=NOW,
        rest_days=[date(2026, 10, d) for d in range(1, 8)],
        paused_days=[date(2026, 10, 9), date(2026, 10, 12)],
        source="某文件第9条",
        confidence="assumed",
    )
    text = words(draw("{% due_why why %}", why=why))
    assert "从9月30日的第二天起算3个工作日。" in text
    assert "10月1日至7日休息，不算在内。" in text
    assert "10月9日、10月12日在等补充情况" in text
    assert "暂定" in text
    assert "某文件第9条" in text


def test_rest_days_only_move_the_last_day_of_calendar_days() -> None:
    why = SimpleNamespace(
        budget=3,
        unit="calendar_day",
        started_at=NOW,
        rest_days=[date(2026, 10, 3)],
        paused_days=[],
        source="",
    )
    assert "最后一天遇到休息日（10月3日），顺延到下一个工作日。" in words(draw("{% due_why why %}", why=why))


@pytest.mark.parametrize(
    ("part", "whole", "said", "width"),
    [
        (3, 4, "75% 4件中3件", 'width="75.00"'),
        (2, 3, "66.6% 3件中2件", 'width="66.67"'),
        (999, 1000, "99.9% 1000件中999件", 'width="99.90"'),
        (9999, 10000, "99.9% 10000件中9999件", 'width="99.99"'),
        (0, 0, "还没有可以计算的", 'width="0"'),
    ],
)
def test_a_bar_always_says_its_numbers(part: int, whole: int, said: str, width: str) -> None:
    html = draw("{% bar part whole %}", part=part, whole=whole)
    assert words(html) == said
    assert width in html


def test_money_is_exact_and_unknown_is_said() -> None:
    assert words(draw("{% money 123456 %}")) == "1,234.56元"
    assert words(draw("{% money fen %}", fen=None)) == "金额不详"
    assert draw("{{ fen|yuan }}", fen=-5) == "-0.05"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("13800138000", "138 0013 8000"),
        ("138****8000", "138 **** 8000"),
        ("4001234567", "400 123 4567"),
        ("0537-1234567", "0537-1234567"),
        ("", ""),
    ],
)
def test_telephones_are_grouped(given: str, shown: str) -> None:
    assert draw("{{ number|phone }}", number=given) == shown


def test_a_case_number_never_breaks_inside_a_group() -> None:
    html = draw("{{ number|case_number }}", number="990101-26-000001-4")
    assert words(html).replace(" ", "") == "990101-26-000001-4"
    assert "<span>000001</span>" in html


def test_a_state_is_told_by_icon_and_words() -> None:
    html = draw('{% status "办理中" "active" %}')
    assert words(html) == "办理中"
    assert "<use href=" in html


@pytest.mark.parametrize(
    ("value", "said"),
    [("assumed", "暂定"), ("law", "法律规定"), ("notice", "文件规定"), ("article", "公开报道")],
)
def test_how_sure_a_value_is_stands_in_words(value: str, said: str) -> None:
    assert said in words(draw("{% confidence value %}", value=value))


def test_an_icon_is_silent_unless_it_says_something() -> None:
    assert 'aria-hidden="true"' in draw('{% icon "phone" %}')
    said = draw('{% icon "phone" "电话" %}')
    assert 'aria-label="电话"' in said
    assert "aria-hidden" not in said


class Example(forms.Form):
    name = forms.CharField(label="姓名", help_text="写全名")
    way = forms.ChoiceField(label="方式", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    note = forms.CharField(label="说明", required=False)


def test_a_field_ties_label_hint_and_error_to_its_input() -> None:
    html = draw("{% field form.name %}", form=Example({"note": "x"}))
    assert 'for="id_name"' in html
    assert 'aria-describedby="id_name-hint id_name-error"' in html
    assert 'id="id_name-hint"' in html
    assert 'id="id_name-error"' in html
    assert 'aria-invalid="true"' in html


def test_a_field_keeps_what_was_typed_and_says_what_may_stay_empty() -> None:
    form = Example({"name": "<王>", "way": "b", "note": ""})
    assert 'value="&lt;王&gt;"' in draw("{% field form.name %}", form=form)
    assert "可不填" in draw("{% field form.note %}", form=form)
    assert "可不填" not in draw("{% field form.name %}", form=form)
    assert "可不填" not in draw("{% field form.note optional=False %}", form=form)


def test_choices_are_a_group_with_a_legend() -> None:
    html = draw("{% field form.way %}", form=Example({"name": "x"}))
    assert "<legend>方式" in html
    assert 'aria-describedby="id_way-error"' in html
    assert html.count('type="radio"') == 2


def test_the_summary_links_every_error_to_its_input() -> None:
    html = draw("{% error_summary form %}", form=Example({}))
    assert "有2处需要改一下" in html
    assert 'href="#id_name"' in html
    assert 'href="#id_way"' in html
    assert draw("{% error_summary form %}", form=Example({"name": "a", "way": "a"})).strip() == ""


def test_the_pager_keeps_the_filters() -> None:
    request = RequestFactory().get("/", {"kind": "wish", "cursor": "a~b"})
    html = draw("{% pager following %}", request=request, following="c~d")
    assert "kind=wish&amp;cursor=c~d" in html.replace("%7E", "~")
    assert 'href="?kind=wish"' in html
    assert draw("{% pager following %}", request=RequestFactory().get("/"), following="").strip() == ""


def test_a_timeline_keeps_its_order_and_escapes() -> None:
    lines = [
        SimpleNamespace(at=NOW, sentence="收到"),
        SimpleNamespace(at=NOW, title="<b>", who="甲", office="站"),
    ]
    text = words(draw("{% timeline lines %}", lines=lines))
    assert text.index("收到") < text.index("&lt;b&gt;")
    assert "甲 · 站" in text


def templates() -> list[Path]:
    return sorted((WEB / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", templates(), ids=lambda p: str(p.relative_to(WEB)))
def test_no_template_carries_script_or_style(path: Path) -> None:
    """The content policy would refuse them in the browser; here the author learns it."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    # A block of data is no script: the policy lets it stand and no browser runs it.
    assert not re.search(r"<script(?![^>]*\bsrc=)", text.replace('<script type="application/ld+json">', ""))
    assert "javascript:" not in text


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def themes() -> dict[str, dict[str, str]]:
    css = (WEB / "static/gongyou/gongyou.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root[^{]*\{([^}]*--paper[^}]*)\}", css)
    return {"light": tokens(blocks[0]), "dark by device": tokens(blocks[1]), "dark": tokens(blocks[2])}


@pytest.mark.parametrize("theme", ["light", "dark by device", "dark"])
def test_words_can_be_read_on_every_ground(theme: str) -> None:
    """WCAG AA: 4.5 for words, 3 for the edges of inputs."""
    colours = themes()[theme]
    for ground in ("paper", "surface", "surface-2"):
        for word in ("ink", "ink-2", "red", "ok", "warn", "bad", "blue"):
            assert contrast(colours[word], colours[ground]) >= 4.5, (word, ground)
        assert contrast(colours["line-strong"], colours[ground]) >= 3, ground
    for word, ground in (
        ("ok", "ok-soft"),
        ("warn", "warn-soft"),
        ("bad", "bad-soft"),
        ("blue", "blue-soft"),
    ):
        assert contrast(colours[word], colours[ground]) >= 4.5
    assert contrast(colours["red-deep"], colours["red-soft"]) >= 4.5
    for fill in ("red-fill", "red-fill-deep"):
        assert contrast("#ffffff", colours[fill]) >= 4.5


def test_both_dark_themes_are_one() -> None:
    found = themes()
    assert found["dark"] == found["dark by device"]
    assert found["dark"].keys() == found["light"].keys()
