"""Which certificate admits to which work: on a day, in an area, for a person of an age, with the missing piece named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gongyou.basics.refusal import says
from gongyou.credentials.ages import add_months, last_day, reached
from gongyou.credentials.definitions import Atom, CertificateKind, Clause, Requirement, Terms
from gongyou.credentials.recognition import RecognitionMap
from gongyou.credentials.sentences import Sentence


@dataclass(frozen=True)
class Holding:
    """A certificate somebody has. Dates None: not known; then the kind's own terms count from `issued_on`.

    `review_on`: the last day until which the printed review must be done (None: counted from issue or last review).
    """

    kind: str
    level: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    reviewed_on: date | None = None
    review_on: date | None = None
    issued_area: str = ""
    is_pending: bool = False
    """Passed, but the authority's number is not there yet."""
    is_revoked: bool = False
    is_said_in_force: bool = False
    """Somebody says it holds and gives no dates: taken at their word, where dates are asked for."""
    reference: str = ""
    """Whatever the caller knows the certificate by."""


@dataclass(frozen=True)
class Facts:
    """What ages are judged by. Empty: not known."""

    birth_on: date | None = None
    sex: str = ""
    category: str = ""


@dataclass(frozen=True)
class Standing:
    """A certificate on a day. `is_in_force` None: a fact is missing, which counts as no.

    `ends_on`: the last day it holds as things stand (expiry, review or age); None: no end.
    """

    is_in_force: bool | None
    because: Sentence
    ends_on: date | None
    ends_by: str
    """expiry | review | age | '' """


@dataclass(frozen=True)
class Missing:
    """A piece that is not there: any of these certificates would do."""

    requirement: str
    nature: str
    any_of: tuple[Atom, ...]
    titles: tuple[Sentence, ...]
    issuers: tuple[str, ...]
    basis: Sentence
    confidence: str
    reason: Sentence


@dataclass(frozen=True)
class Admission:
    """`admits` speaks of the law alone; what an industry or employer wishes besides stands in `wishes`."""

    admits: bool
    missing: tuple[Missing, ...]
    wishes: tuple[Missing, ...]
    because: tuple[Sentence, ...]
    warnings: tuple[Sentence, ...]


def admits(
    recognition: RecognitionMap,
    holdings: Sequence[Holding],
    occupation: str,
    on: date,
    *,
    facts: Facts | None = None,
    also: Iterable[Requirement] = (),
) -> Admission:
    """Whether these certificates admit to work of an occupation (by code) on a day.

    `also`: what one post asks for besides. Unknown kinds among the holdings raise Refusal.
    """
    facts = facts or Facts()
    judged = [(held, standing(recognition, held, on, facts)) for held in holdings]
    missing: list[Missing] = []
    wishes: list[Missing] = []
    because: list[Sentence] = []
    needs = (*recognition.requirements_of(occupation, on), *also)
    for need in needs:
        for clause in need.clauses:
            met = _met(recognition, need, clause, judged, on)
            if met is not None:
                because.append(met)
                continue
            (missing if need.nature == "statutory" else wishes).append(
                _missing(recognition, need, clause, judged, on)
            )
    if not any(need.nature == "statutory" for need in needs):
        text = says("“{occupation}”没有登记法定上岗条件。")
        because.append(Sentence(text, {"occupation": recognition.occupation_title(occupation)}))
    because += [piece.reason for piece in missing]
    if facts.birth_on is None and any(_has_age(recognition, held) for held in holdings):
        because.append(Sentence(says("没有给出出生日期，年龄条件没有核对。")))
    return Admission(
        not missing, tuple(missing), tuple(wishes), tuple(because), tuple(_warnings(recognition, judged, on))
    )


def _has_age(recognition: RecognitionMap, held: Holding) -> bool:
    terms = recognition.kind_named(held.kind).terms
    return any(term.least_age_months or term.most_age_months or term.most_age for term in terms)


def standing(recognition: RecognitionMap, held: Holding, on: date, facts: Facts) -> Standing:
    """Whether a certificate is in force on a day, and until when. Raises Refusal for an unknown kind."""
    kind = recognition.kind_named(held.kind)
    title = {"title": kind.title}
    if held.is_revoked:
        return Standing(False, Sentence(says("“{title}”已被撤销。"), title), None, "")
    if held.is_pending:
        text = says("“{title}”还没有取得主管部门的证号。")
        return Standing(False, Sentence(text, title), None, "")
    if held.issued_on is not None and held.issued_on > on:
        text = says("“{title}”到{day}才生效。")
        return Standing(False, Sentence(text, {**title, "day": held.issued_on.isoformat()}), None, "")
    if not _is_recognised_here(recognition, kind, held, on):
        text = says("“{title}”在外地（{area}）核发，本地没有登记互认依据。")
        return Standing(False, Sentence(text, {**title, "area": held.issued_area}), None, "")
    return _by_terms(recognition, kind, held, on, facts)


def _by_terms(
    recognition: RecognitionMap, kind: CertificateKind, held: Holding, on: date, facts: Facts
) -> Standing:
    terms = next((term for term in kind.terms if term.holds_on(held.issued_on or on)), None)
    title = {"title": kind.title}
    if terms is None:
        text = says("不知道“{title}”在发证那天按什么规定有效。")
        return Standing(None, Sentence(text, title), None, "")
    young = _too_young(kind, terms, on, facts)
    if young is not None:
        return young
    ends = [*_ends(terms, held), *_end_of_age(recognition, terms, facts, on)]
    if None in [day for day, _ in ends]:
        by = next(by for day, by in ends if day is None)
        return Standing(None, _unknown_end(kind, by), None, by)
    days = [(day, by) for day, by in ends if day is not None]
    if not days:
        return Standing(True, Sentence(says("“{title}”长期有效。"), title), None, "")
    day, by = min(days)
    params = {**title, "day": day.isoformat()}
    if on <= day:
        return Standing(True, Sentence(says("“{title}”在有效期内（至{day}）。"), params), day, by)
    return Standing(False, Sentence(_OVER[by], params), day, by)


_OVER = {
    "expiry": says("“{title}”已于{day}到期。"),
    "review": says("“{title}”应在{day}前复审，没有复审记录。"),
    "age": says("持“{title}”上岗的年龄上限已于{day}到达。"),
}


def _unknown_end(kind: CertificateKind, by: str) -> Sentence:
    if by == "age":
        text = says("“{title}”有年龄上限，还缺出生年月、性别或岗位类别。")
    else:
        text = says("“{title}”有有效期，还缺发证日期。")
    return Sentence(text, {"title": kind.title})


def _too_young(kind: CertificateKind, terms: Terms, on: date, facts: Facts) -> Standing | None:
    """A birthday nobody knows is no reason: the issuing authority looked at it."""
    if terms.least_age_months is None or facts.birth_on is None:
        return None
    of_age = add_months(facts.birth_on, terms.least_age_months)
    if on >= of_age:
        return None
    text = says("持“{title}”上岗要满{years}周岁，{day}才满。")
    params = {"title": kind.title, "years": terms.least_age_months // 12, "day": of_age.isoformat()}
    return Standing(False, Sentence(text, params), None, "")


def _ends(terms: Terms, held: Holding) -> Iterator[tuple[date | None, str]]:
    """Last days the certificate holds, each with what ends it; None: there is an end, and nobody knows when."""
    is_taken = held.is_said_in_force and held.issued_on is None
    if held.valid_until is not None:
        yield held.valid_until, "expiry"
    elif terms.valid_months is not None and not is_taken:
        yield last_day(held.issued_on, terms.valid_months) if held.issued_on else None, "expiry"
    if held.review_on is not None:
        yield held.review_on, "review"
    elif terms.review_months is not None and not is_taken:
        begin = max((d for d in (held.issued_on, held.reviewed_on) if d), default=None)
        yield last_day(begin, terms.review_months) if begin else None, "review"


def _end_of_age(
    recognition: RecognitionMap, terms: Terms, facts: Facts, on: date
) -> Iterator[tuple[date | None, str]]:
    """Nothing where nobody told the birthday: then the answer says that age was not looked at."""
    if terms.most_age_months is not None and facts.birth_on is not None:
        yield last_day(facts.birth_on, terms.most_age_months), "age"
    if terms.most_age and facts.birth_on is not None:
        found = reached(recognition.ages[terms.most_age], facts.birth_on, facts.sex, facts.category)
        if found is not None:
            # From the earlier day on it depends on what nobody told.
            yield None if found.is_reached(on) is None else found.earliest - timedelta(days=1), "age"


def _is_recognised_here(recognition: RecognitionMap, kind: CertificateKind, held: Holding, on: date) -> bool:
    digits = {"nation": 0, "province": 2, "city": 4, "county": 6}[kind.scope]
    if not held.issued_area or not recognition.area:
        return True
    if held.issued_area[:digits] == recognition.area[:digits]:
        return True
    return any(
        kind.id in agreed.kinds and agreed.holds_on(on) and held.issued_area.startswith(agreed.from_areas)
        for agreed in recognition.declared.mutual
    )


def _met(
    recognition: RecognitionMap,
    need: Requirement,
    clause: Clause,
    judged: Sequence[tuple[Holding, Standing]],
    on: date,
) -> Sentence | None:
    for held, state in judged:
        if state.is_in_force and _does(recognition, need, clause, held, on):
            params = {
                "need": need.title,
                "title": recognition.kind_named(held.kind).title,
                "basis": written(need.basis.source, need.basis.article),
            }
            return Sentence(says("{need}：有“{title}”（依据：{basis}）。"), params)
    return None


def _does(recognition: RecognitionMap, need: Requirement, clause: Clause, held: Holding, on: date) -> bool:
    kind = recognition.kind_named(held.kind)
    return any(
        recognition.meets(kind.id, held.level, atom, on, is_statutory=need.nature == "statutory")
        for atom in clause.any_of
    )


def _missing(
    recognition: RecognitionMap,
    need: Requirement,
    clause: Clause,
    judged: Sequence[tuple[Holding, Standing]],
    on: date,
) -> Missing:
    titles = tuple(atom_title(recognition, atom) for atom in clause.any_of)
    basis = written(need.basis.source, need.basis.article)
    params: dict[str, object] = {"need": need.title, "titles": titles, "basis": basis}
    wanted = {atom.kind for atom in clause.any_of}
    same = [(held, state) for held, state in judged if recognition.kind_named(held.kind).id in wanted]
    lapsed = [state for held, state in same if not state.is_in_force]
    others = [
        recognition.kind_named(held.kind).title
        for held, state in judged
        if state.is_in_force and recognition.kind_named(held.kind).id not in wanted
    ]
    if lapsed:
        text = says("{need}：还缺有效的{titles}（依据：{basis}）；{lapsed}")
        params["lapsed"] = lapsed[0].because
    elif same:
        text = says("{need}：还缺{titles}（依据：{basis}）；手里的等级不够，或没有写明等级。")
    elif others:
        text = says("{need}：还缺{titles}（依据：{basis}）；手里的{held}不能代替。")
        params["held"] = tuple(dict.fromkeys(others))
    else:
        text = says("{need}：还缺{titles}（依据：{basis}）。")
    kinds = [recognition.kinds[atom.kind] for atom in clause.any_of]
    return Missing(
        requirement=need.title,
        nature=need.nature,
        any_of=clause.any_of,
        titles=titles,
        issuers=tuple(recognition.declared.issuers.get(kind.issuer, kind.issuer) for kind in kinds),
        basis=basis,
        confidence=need.basis.confidence.value,
        reason=Sentence(text, params),
    )


def atom_title(recognition: RecognitionMap, atom: Atom) -> Sentence:
    """The certificate's title, with the least level where one is asked for."""
    title = recognition.kinds[atom.kind].title
    if not atom.level:
        return Sentence(says("“{title}”"), {"title": title})
    level = recognition.declared.level_titles.get(atom.level, atom.level)
    return Sentence(says("“{title}”（{level}以上）"), {"title": title, "level": level})


def _warnings(
    recognition: RecognitionMap, judged: Sequence[tuple[Holding, Standing]], on: date
) -> Iterator[Sentence]:
    for held, state in judged:
        if warns(recognition, state, on) and state.ends_on is not None:
            title = recognition.kind_named(held.kind).title
            text = says("“{title}”再过{days}天（{day}）就不再有效，请提前办理。")
            params = {"title": title, "days": (state.ends_on - on).days, "day": state.ends_on.isoformat()}
            yield Sentence(text, params)


def warns(recognition: RecognitionMap, state: Standing, on: date) -> bool:
    """Whether a certificate in force ends within the map's days of warning."""
    if not state.is_in_force or state.ends_on is None:
        return False
    return (state.ends_on - on).days <= recognition.declared.warn_days


def written(source: str, article: str) -> Sentence:
    """A document and the place in it."""
    if not article:
        return Sentence(says("{source}"), {"source": source})
    return Sentence(says("{source}第{article}条"), {"source": source, "article": article})
