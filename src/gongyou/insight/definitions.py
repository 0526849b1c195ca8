"""What each figure counts, as data: its question, both sides in words, the rounds they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gongyou.basics.refusal import says
from gongyou.engines.casework.queries.figures import Amount, RoundIs, RoundSet


class Source(StrEnum):
    """Whose rows a figure counts."""

    ROUNDS = "rounds"
    LIMITS = "limits"  # rights whose last day lies in the period
    PAGES = "pages"  # numbered pages of voice books
    TOPICS = "topics"  # topics people speak of again and again


@dataclass(frozen=True)
class MeasureDefinition:
    """What a rate counts. `waits` are rounds whose promise still runs: left out of both sides, and said so."""

    id: str
    title: str
    asks: str
    counted: str
    of: str
    numerator: tuple[RoundIs, ...]
    denominator: tuple[RoundIs, ...]
    waits: tuple[RoundIs, ...] = ()
    is_more_better: bool = True
    beside: str = ""
    """The measure this one is never shown without."""
    matter_class: str = ""
    class_title: str = ""
    leaves_out: tuple[RoundIs, ...] = ()
    """Rounds taken out with the upper level's approval: in neither side, counted and listed beside the rate."""
    source: Source = Source.ROUNDS
    amounts: tuple[Amount, Amount] | None = None
    """What each side adds up (numerator, denominator), where rounds themselves are not counted."""
    target: int | None = None
    """The number that should stand in the numerator."""

    def base(self) -> RoundSet:
        return RoundSet(self.denominator, self.matter_class, self.amounts[1] if self.amounts else None)

    def part(self) -> RoundSet:
        words = (*self.denominator, *self.numerator)
        return RoundSet(words, self.matter_class, self.amounts[0] if self.amounts else None)

    def sample(self) -> RoundSet:
        """The rounds behind the denominator: their number says whether a rate means anything."""
        return RoundSet(self.denominator, self.matter_class)

    def left_out(self) -> RoundSet:
        return RoundSet(self.leaves_out, self.matter_class)

    def waiting(self) -> RoundSet:
        return RoundSet(self.waits, self.matter_class)


IS = RoundIs

MEASURES: tuple[MeasureDefinition, ...] = (
    MeasureDefinition(
        id="receipt",
        title=says("回执及时率"),
        asks=says("群众反映后，是否按时收到了回执？"),
        counted=says("按时发出回执的"),
        of=says("应发回执的"),
        numerator=(IS.RECEIPT_IN_TIME,),
        denominator=(IS.FIRST, IS.RECEIPT_JUDGED),
    ),
    MeasureDefinition(
        id="response",
        title=says("响应率"),
        asks=says("派到单位以后，是否按时第一次联系到本人（或直接答复）？"),
        counted=says("按时第一次联系到本人的"),
        of=says("已派单的（联系时限未到的不算）"),
        numerator=(IS.CONTACTED_IN_TIME,),
        denominator=(IS.DISPATCHED, IS.CONTACT_JUDGED),
        waits=(IS.DISPATCHED, IS.CONTACT_RUNNING),
    ),
    MeasureDefinition(
        id="taken_on",
        title=says("签收及时率"),
        asks=says("派到单位的事，是否在规定时间内签收？"),
        counted=says("按时签收的"),
        of=says("已派单的（签收时限未到的不算）"),
        numerator=(IS.ACCEPTED_IN_TIME,),
        denominator=(IS.DISPATCHED, IS.ACCEPT_JUDGED),
        waits=(IS.DISPATCHED, IS.ACCEPT_RUNNING),
    ),
    MeasureDefinition(
        id="on_time",
        title=says("按期办结率"),
        asks=says("第一轮办理是否在承诺日期前答复？"),
        counted=says("第一轮按期答复的"),
        of=says("第一轮已答复或已到期的"),
        numerator=(IS.SETTLED_IN_TIME,),
        denominator=(IS.FIRST, IS.SETTLE_JUDGED),
        waits=(IS.FIRST, IS.SETTLE_RUNNING),
    ),
    MeasureDefinition(
        id="coverage",
        title=says("回访覆盖率"),
        asks=says("答复之后，问到了多少人？"),
        counted=says("接通并作答的"),
        of=says("应回访的（期限未到的不算）"),
        numerator=(IS.ANSWERED,),
        denominator=(IS.CALL_DUE,),
        waits=(IS.CALL_RUNNING,),
    ),
    MeasureDefinition(
        id="resolution",
        title=says("解决率"),
        asks=says("接通回访的人里，多少人说事情解决了？"),
        counted=says("说“解决了”的"),
        of=says("接通并作答的"),
        numerator=(IS.SOLVED,),
        denominator=(IS.ANSWERED, IS.COUNTED),
        leaves_out=(IS.ANSWERED, IS.EXCLUDED),
        beside="coverage",
    ),
    MeasureDefinition(
        id="satisfaction",
        title=says("满意率"),
        asks=says("接通回访的人里，多少人说满意？"),
        counted=says("说“满意”的"),
        of=says("接通并作答的"),
        numerator=(IS.SATISFIED,),
        denominator=(IS.ANSWERED, IS.COUNTED),
        leaves_out=(IS.ANSWERED, IS.EXCLUDED),
        beside="coverage",
    ),
    MeasureDefinition(
        id="second_satisfaction",
        title=says("再次办理后的满意率"),
        asks=says("复盘或重新打开以后，多少人改说满意？"),
        counted=says("第二轮及以后说“满意”的"),
        of=says("第二轮及以后接通并作答的"),
        numerator=(IS.SATISFIED,),
        denominator=(IS.LATER, IS.ANSWERED, IS.COUNTED),
        leaves_out=(IS.LATER, IS.ANSWERED, IS.EXCLUDED),
        beside="coverage",
    ),
    MeasureDefinition(
        id="unreached",
        title=says("未能联系上的比例"),
        asks=says("应回访的人里，多少人始终联系不上？"),
        counted=says("按规定次数仍未联系上的"),
        of=says("应回访的（期限未到的不算）"),
        numerator=(IS.UNREACHED,),
        denominator=(IS.CALL_DUE,),
        is_more_better=False,
    ),
    MeasureDefinition(
        id="review",
        title=says("复盘及时率"),
        asks=says("群众不满意之后，是否按时组织复盘？"),
        counted=says("按时复盘的"),
        of=says("应复盘的（期限未到的不算）"),
        numerator=(IS.REVIEW_IN_TIME,),
        denominator=(IS.REVIEW_JUDGED,),
        waits=(IS.REVIEW_RUNNING,),
    ),
    MeasureDefinition(
        id="reasonable",
        title=says("不满意被认定合理的比例"),
        asks=says("复盘以后，多少不满意确实是我们没办好？"),
        counted=says("认定诉求合理、办理有问题的"),
        of=says("已复盘的"),
        numerator=(IS.FOUND_REASONABLE,),
        denominator=(IS.REVIEWED,),
        is_more_better=False,
    ),
    MeasureDefinition(
        id="rectified",
        title=says("整改按期办结率"),
        asks=says("复盘以后重新办理的，是否在期限内再次答复？"),
        counted=says("按期再次答复的"),
        of=says("复盘后重新办理、已答复或已到期的"),
        numerator=(IS.SETTLED_IN_TIME,),
        denominator=(IS.RECTIFYING, IS.SETTLE_JUDGED),
        waits=(IS.RECTIFYING, IS.SETTLE_RUNNING),
    ),
    MeasureDefinition(
        id="repeat_30",
        title=says("30天重复反映率"),
        asks=says("收到以后30天内，多少人没有新情况又来说同一件事？"),
        counted=says("30天内再次反映的"),
        of=says("首次反映的（不满30天的不算）"),
        numerator=(IS.REPEATED_30,),
        denominator=(IS.FIRST_SAID, IS.REPEAT_30_JUDGED),
        waits=(IS.FIRST_SAID, IS.REPEAT_30_RUNNING),
        is_more_better=False,
    ),
    MeasureDefinition(
        id="repeat_180",
        title=says("180天重复反映率"),
        asks=says("收到以后180天内，多少人没有新情况又来说同一件事？"),
        counted=says("180天内再次反映的"),
        of=says("首次反映的（不满180天的不算）"),
        numerator=(IS.REPEATED_180,),
        denominator=(IS.FIRST_SAID, IS.REPEAT_180_JUDGED),
        waits=(IS.FIRST_SAID, IS.REPEAT_180_RUNNING),
        is_more_better=False,
    ),
    MeasureDefinition(
        id="reopened",
        title=says("重新打开率"),
        asks=says("结束了的事，多少又被重新提起？"),
        counted=says("结束后又重新打开的"),
        of=says("已结束的"),
        numerator=(IS.REOPENED,),
        denominator=(IS.CLOSED,),
        is_more_better=False,
    ),
    MeasureDefinition(
        id="paper_delay",
        title=says("纸质登记录入延误率"),
        asks=says("写在心声簿上的事，是否隔了一个工作日以上才录入？"),
        counted=says("晚于一个工作日录入的"),
        of=says("纸质登记的"),
        numerator=(IS.KEYED_LATE,),
        denominator=(IS.PAPER,),
        is_more_better=False,
    ),
    MeasureDefinition(
        id="pause_share",
        title=says("暂停占比"),
        asks=says("办理经过的工作日里，多少天停着没有计时？"),
        counted=says("暂停的工作日"),
        of=says("已答复（或已结束）各轮办理经过的工作日"),
        numerator=(),
        denominator=(IS.TIMED,),
        amounts=(Amount.PAUSED_DAYS, Amount.ELAPSED_DAYS),
        is_more_better=False,
    ),
    MeasureDefinition(
        id="objected",
        title=says("派单异议率"),
        asks=says("派到单位的事，多少被提出“不归我管”？"),
        counted=says("提出过异议的"),
        of=says("已派单的"),
        numerator=(IS.OBJECTED,),
        denominator=(IS.DISPATCHED,),
        is_more_better=False,
    ),
    MeasureDefinition(
        id="objections_lost",
        title=says("异议未获支持的比例"),
        asks=says("上级裁定的异议里，多少仍由原单位办理？"),
        counted=says("裁定仍由原单位办理的异议"),
        of=says("已裁定的异议"),
        numerator=(),
        denominator=(IS.OBJECTION_DECIDED,),
        amounts=(Amount.OBJECTIONS_LOST, Amount.OBJECTIONS_DECIDED),
        is_more_better=False,
    ),
    MeasureDefinition(
        id="unkeyed",
        title=says("心声簿编号没有录入的比例"),
        asks=says("心声簿上该有交代的编号，多少既没有录入也没有作废？（按今天的情况）"),
        counted=says("没有录入也没有作废的编号"),
        of=says("已用到的编号（交回的整本都算）"),
        numerator=(),
        denominator=(),
        source=Source.PAGES,
        is_more_better=False,
        target=0,
    ),
    MeasureDefinition(
        id="by_proxy",
        title=says("代办占比"),
        asks=says("多少事是别人代说的？"),
        counted=says("有人代办的"),
        of=says("首次反映的"),
        numerator=(IS.BY_PROXY,),
        denominator=(IS.FIRST,),
        is_more_better=False,
    ),
    MeasureDefinition(
        id="subject_reached",
        title=says("代办事项问到本人的比例"),
        asks=says("代办的事回访时，多少是本人回答的？"),
        counted=says("本人回答的"),
        of=says("代办事项里接通并作答的"),
        numerator=(IS.SUBJECT_REACHED,),
        denominator=(IS.BY_PROXY, IS.ANSWERED),
    ),
    MeasureDefinition(
        id="limits_missed",
        title=says("错过的法律时效"),
        asks=says("这段时间到期的法律时效，多少没有用上、事情也没有解决？"),
        counted=says("错过的"),
        of=says("这段时间到期的（还没到期的不算）"),
        numerator=(),
        denominator=(),
        source=Source.LIMITS,
        is_more_better=False,
        target=0,
    ),
    MeasureDefinition(
        id="topics_opened",
        title=says("重复反映转为主动治理的比例"),
        asks=says("反复有人说的类别，多少已经立为主动治理？"),
        counted=says("已立为主动治理的类别"),
        of=says("这段时间收到的事里有3件以上被再次反映的类别"),
        numerator=(),
        denominator=(),
        source=Source.TOPICS,
    ),
)

BY_CLASS = "on_time"
