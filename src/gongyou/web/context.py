"""What every page knows: who reads it, in which language, type size and theme, and where they may go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongyou.kernel import moment, worklist
from gongyou.kernel.access import Actor, visitor_actor
from gongyou.web.preferences import safe_next, theme_of, type_size_of


@dataclass(frozen=True)
class NavItem:
    """A place to go to, shown to whoever holds `right` ('' means everybody signed in)."""

    href: str
    label: str | Promise
    icon: str
    right: str

    def is_current(self, path: str) -> bool:
        return path == self.href if self.href == "/desk/" else path.startswith(self.href)


# Groups in the order a day goes; the first needs no heading.
DESK: tuple[tuple[str | Promise, tuple[NavItem, ...]], ...] = (
    (
        "",
        (
            NavItem("/desk/", _("待办"), "list-check", "worklist.read"),
            NavItem("/desk/cases/", _("事项"), "folders", "casework.read"),
            NavItem("/desk/new/", _("登记"), "plus", "casework.handle"),
            NavItem("/desk/paper/", _("纸质录入"), "notebook", "casework.handle"),
            NavItem("/desk/call-backs/", _("回访"), "phone-call", "casework.call_back"),
            NavItem("/desk/clues/", _("线索墙"), "speakerphone", "casework.read"),
            NavItem("/desk/incidents/", pgettext_lazy("list", "事件"), "alert-triangle", "casework.incident"),
            NavItem("/desk/search/", _("查找"), "search", "casework.search"),
            NavItem("/desk/messages/", _("短信"), "message", "messages.read"),
        ),
    ),
    (
        _("站点"),
        (
            NavItem("/desk/stations/", _("站点"), "building-community", "offices.read"),
            NavItem("/desk/duty/", _("值班"), "calendar-event", "duty.own"),
            NavItem("/desk/books/", _("心声簿"), "clipboard-list", "casework.books"),
            NavItem("/desk/organisations/", _("用人单位"), "building-community", "registry.write"),
            NavItem("/desk/ties/", _("回避申报"), "shield-check", "casework.protect"),
        ),
    ),
    (
        _("社区"),
        (
            NavItem("/desk/wishes/", pgettext_lazy("list", "微心愿"), "heart-handshake", "casework.read"),
            NavItem("/desk/partners/", _("合伙人"), "users", "partners.read"),
            NavItem("/desk/child-care/", _("托管"), "home", "care.manage"),
            NavItem("/desk/purchases/", _("购置"), "clipboard-list", "casework.handle"),
        ),
    ),
    (
        _("培训"),
        (
            NavItem("/desk/courses/", _("培训班"), "notebook", "skills.read"),
            NavItem("/desk/courses/register/", _("机构和场地"), "building", "skills.read"),
            NavItem("/desk/courses/agreements/", _("考核约定"), "file-text", "skills.read"),
            NavItem("/desk/courses/numbers/", _("登记证号"), "id", "skills.record_number"),
            NavItem("/desk/marks/", _("评分"), "edit", "skills.mark"),
        ),
    ),
    (
        _("就业"),
        (
            NavItem("/desk/employment/", _("就业服务"), "heart-handshake", "employment.read"),
            NavItem("/desk/employment/people/", _("求职者"), "users", "employment.survey"),
            NavItem(
                "/desk/employment/posts/", pgettext_lazy("list", "岗位"), "clipboard-list", "employment.read"
            ),
            NavItem("/desk/employment/referrals/", _("应聘和面试"), "calendar-event", "employment.read"),
            NavItem("/desk/employment/calls/", _("就业回访"), "phone-call", "employment.place"),
        ),
    ),
    (
        _("政策"),
        (
            NavItem("/desk/policy/", _("政策"), "clipboard-list", "decisions.read"),
            NavItem("/desk/benefits/", _("发放"), "list-check", "benefits.read"),
            NavItem("/desk/approvals/", _("审批"), "check", "procedures.read"),
            NavItem("/desk/publicity/", _("公示名单"), "speakerphone", "procedures.read"),
            NavItem("/desk/objections/", _("公示异议"), "flag", "procedures.read"),
            NavItem("/desk/ledger/", _("账簿"), "notebook", "ledger.read"),
            NavItem("/desk/representatives/", _("单位经办人"), "users", "representatives.read"),
            NavItem("/desk/credentials/", _("持证人员"), "file-text", "credentials.read"),
        ),
    ),
    (
        _("基金守护"),
        (
            NavItem("/desk/guard/", _("基金线索"), "shield-check", "oversight.read"),
            NavItem("/desk/guard/hospital/", _("受伤登记"), "clipboard-list", "oversight.register"),
            NavItem("/desk/guard/forms/", _("医院登记表"), "clipboard-list", "oversight.forms"),
            NavItem("/desk/guard/suspensions/", _("暂停联网结算"), "calendar-event", "oversight.suspensions"),
            NavItem("/supervise/guard/", _("两个基金"), "chart-bar", "oversight.lead"),
        ),
    ),
    (
        _("督办"),
        (
            NavItem("/supervise/", _("督办"), "chart-bar", "supervise.read"),
            NavItem("/supervise/employment/", _("就业"), "users", "supervise.read"),
            NavItem("/supervise/stations/", _("驿站一图"), "map-pin", "supervise.read"),
            NavItem("/supervise/topics/", _("热点"), "flag", "supervise.read"),
            NavItem("/supervise/bulletins/", _("周报"), "clipboard-list", "supervise.read"),
            NavItem("/supervise/courses/", _("培训就业"), "notebook", "skills.supervise"),
            NavItem("/supervise/themes/", _("每月一题"), "calendar-event", "supervise.read"),
        ),
    ),
)
ADMIN = (
    NavItem("/desk/accounts/", _("账号"), "users", "accounts.propose"),
    NavItem("/desk/accounts/", _("账号"), "users", "accounts.read"),
    NavItem("/desk/audit/", _("审计记录"), "history", "audit.read"),
    NavItem("/desk/jobs/", _("后台任务"), "settings", "jobs.manage"),
)
WORKER = (
    NavItem("/say/", _("说事"), "message-2", ""),
    NavItem("/track", _("查进度"), "search", ""),
    NavItem("/stations/", _("找站点"), "map-pin", ""),
    NavItem("/me/", _("我的"), "user", ""),
)


@dataclass(frozen=True)
class Link:
    """A nav item as this page shows it."""

    href: str
    label: str
    icon: str
    is_current: bool


class Site:
    """Everything is worked out when a template asks, so a page pays only for what it shows."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def actor(self) -> Actor:
        actor: Actor | None = getattr(self._request, "actor", None)
        return actor or visitor_actor()

    @property
    def is_staff(self) -> bool:
        return self.actor.kind == "staff"

    @property
    def is_worker(self) -> bool:
        return self.actor.kind == "worker"

    @property
    def theme(self) -> str:
        return theme_of(self._request)

    @property
    def type_size(self) -> str:
        return type_size_of(self._request)

    @property
    def here(self) -> str:
        """Where a change of language comes back to: never the address of a form's answer."""
        here = self._request.get_full_path()
        if self._request.method in ("GET", "HEAD"):
            return here
        return safe_next(self._request, self._request.headers.get("Referer", ""), here)

    @cached_property
    def nav(self) -> tuple[tuple[str, tuple[Link, ...]], ...]:
        """Heading and links of each group in which this actor may open anything."""
        links = {link.href: link for link in self._links(tuple(item for _, items in DESK for item in items))}
        groups = (
            (str(title), tuple(links[i.href] for i in items if i.href in links)) for title, items in DESK
        )
        return tuple(group for group in groups if group[1])

    @cached_property
    def admin_nav(self) -> tuple[Link, ...]:
        return self._links(ADMIN)

    @property
    def start(self) -> str:
        """Where the mark leads on staff pages: the first page this actor may open."""
        links = (link for group in (*self.nav, ("", self.admin_nav)) for link in group[1])
        return next((link.href for link in links), "/")

    @cached_property
    def worker_nav(self) -> tuple[Link, ...]:
        return self._links(WORKER)

    @cached_property
    def todo_counts(self) -> tuple[int, int]:
        """(open, late) at the actor's own offices; nothing is counted for who may not read the list."""
        if not self.actor.may(worklist.READ):
            return 0, 0
        return worklist.count_todos(self.actor, now=moment.now(), offices=self.actor.offices or None)

    def _links(self, items: tuple[NavItem, ...]) -> tuple[Link, ...]:
        path = self._request.path
        nearest = max((item.href for item in items if item.is_current(path)), key=len, default="")
        shown: dict[str, Link] = {}
        for item in items:
            if not item.right or self.actor.may(item.right):
                shown.setdefault(item.href, Link(item.href, str(item.label), item.icon, item.href == nearest))
        return tuple(shown.values())


def page(request: HttpRequest) -> dict[str, object]:
    """The context processor: one object, `site`, worked out lazily."""
    return {"site": Site(request)}
