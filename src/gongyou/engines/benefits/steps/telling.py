"""An employer that asked for nothing learns what was computed for it, on the day the list is public."""

from __future__ import annotations

from collections.abc import Sequence

from gongyou.basics.money import fen_to_text
from gongyou.basics.refusal import says
from gongyou.engines.benefits.definitions import BenefitRules
from gongyou.engines.benefits.models import Line, Round
from gongyou.kernel.actions import Act
from gongyou.kernel.installation import installed
from gongyou.kernel.messages import send_message
from gongyou.registry.queries.representatives import Reachable
from gongyou.registry.steps import open_for_work

TEXT = says(
    "{name}：{period}年{title}按数据算得{amount}元，不用申请，正在公示。为什么、怎么算、账户对不对，登录查看：{link}"
)


def tell_listed(act: Act, row: Round, rules: BenefitRules, some: Sequence[Reachable]) -> int:
    """One text for each representative of a subject with money on the round. Returns how many were queued."""
    fen = dict(
        Line.objects.filter(
            round=row, subject__in=[one.credit_code for one in some], decided_fen__gt=0
        ).values_list("subject", "decided_fen")
    )
    told = [one for one in some if one.credit_code in fen]
    people = open_for_work(act, [one.person_id for one in told], purpose=says("告知单位公示结果"))
    link = f"{installed().public_url}/me/organisations/"
    for one in told:
        send_message(
            act,
            template="benefits.listed",
            phone=people[one.person_id].phone,
            subject=f"round:{row.pk}",
            office_path=row.office_path,
            message_class="benefits",
            text=TEXT.format(
                name=one.organisation,
                period=row.period,
                title=rules.title,
                amount=fen_to_text(fen[one.credit_code]),
                link=link,
            ),
        )
    return len(told)
