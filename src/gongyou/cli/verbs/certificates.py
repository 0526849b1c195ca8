"""`gongyou certificates`: sign and check certificates as files, and say which of them admits to a post. No database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from gongyou.basics.folders import data_dir, packs_dir
from gongyou.basics.inputs import read_day
from gongyou.basics.refusal import Refusal, says
from gongyou.basics.workdays import SHANGHAI
from gongyou.cli.answer import answers, gettext, give, json_option, say, words
from gongyou.cli.issuing_files import issue_file
from gongyou.cli.starting import language
from gongyou.connectors.exchange.places import check_folder
from gongyou.credentials.admitting import Admission, Facts, Holding, Missing, admits
from gongyou.credentials.documents import status
from gongyou.credentials.documents.gate import page as gate_page
from gongyou.credentials.documents.issuers import Register, fingerprint_of, read_register
from gongyou.credentials.documents.issuing import titles_of
from gongyou.credentials.documents.keys import Algorithm
from gongyou.credentials.documents.store import PUBLIC, Store
from gongyou.credentials.documents.verifying import Asked, Verified, verify
from gongyou.credentials.recognition import RecognitionMap
from gongyou.packkit.recognition import recognition_from
from gongyou.packkit.texts_in_files import english_of

File = click.Path(path_type=Path, dir_okay=False)
Folder = click.Path(path_type=Path, file_okay=False)
LARGEST_FILE = 1_000_000

_store = click.option(
    "--store", type=Folder, default=None, help="folder of issuers; default GONGYOU_DATA/issuers"
)
_area = click.option("--area", default="", help="6-digit code; without it what the programmes declare")
_on = click.option("--on", default="", help="day, YYYY-MM-DD; default today")


@click.group(
    help="Certificates anybody can check.\n\n"
    "Example: gongyou certificates verify certificate.json --issuers register.json --json"
)
def command() -> None:
    pass


@command.command(
    help="Sign a certificate for every row.\n\n"
    "Example: gongyou certificates issue trainees.csv --issuer assessors --out certificates --json\n\n"
    "Columns: holder_name, id_number, certificate, level, number, issued_on."
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--issuer", required=True, help="short name or id of a registered issuer (add-issuer)")
@click.option("--out", required=True, type=Folder, help="folder for certificates, rejects.csv, summary.json")
@click.option("--no-pages", is_flag=True, help="without the A4 pages, which take most of the time")
@_area
@_store
@json_option
@answers
def issue(
    file: Path, issuer: str, out: Path, no_pages: bool, area: str, store: Path | None, as_json: bool
) -> None:
    summary = issue_file(
        file,
        store=_store_at(store),
        issuer=issuer,
        out=out,
        recognition=recognition_from(packs_dir(), area),
        at=_now(),
        has_pages=not no_pages,
        progress=lambda done: say(words(says("{count}行 …"), count=done)),
    )
    give(summary, as_json=as_json, sentence=_issued)


def _issued(summary: dict[str, Any]) -> str:
    counts = summary["tables"]["certificates"]
    text = words(says("读{read}行，签发{accepted}张，未通过{rejected}行。"), **counts)
    return text + (
        words(says("未通过的行见 {file}。"), file=summary["rejects"]) if summary["rejects"] else ""
    )


@command.command(
    "verify",
    help="Check a certificate by name of check, without database and network.\n\n"
    "Example: gongyou certificates verify certificate.json --issuers register.json --json",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--issuers", type=File, default=None, help="the issuers' public document")
@click.option("--fingerprint", default="", help="of the public document's key, told by another way")
@click.option("--status", "lists", multiple=True, type=File, help="list of revocations; may be repeated")
@click.option("--id-number", default="", help="compare with the holder's identity number")
@_on
@_store
@json_option
@answers
def check(
    file: Path,
    issuers: Path | None,
    fingerprint: str,
    lists: tuple[Path, ...],
    id_number: str,
    on: str,
    store: Path | None,
    as_json: bool,
) -> None:
    register, is_vouched = _register(file, issuers, fingerprint, _store_at(store))
    asked = Asked(
        _moment(on),
        tuple(_list(path, register) for path in lists),
        id_number.strip(),
        is_register_vouched=is_vouched,
    )
    found = verify(_text(file), register, asked)
    tell = _teller({})
    give(
        {
            "valid": found.is_valid,
            "checks": [
                {"name": one.name, "result": one.result, "because": one.because.tell(tell)}
                for one in found.checks
            ],
            "subject": _subject(found, register),
            "expires_on": found.claims.valid_until if found.claims else None,
        },
        as_json=as_json,
        sentence=_verified,
    )


def _subject(found: Verified, register: Register) -> dict[str, Any] | None:
    claims = found.claims
    if claims is None:
        return None
    return {
        "name": claims.name_masked,
        "certificate": claims.kind,
        "title": register.titles.get(claims.kind, claims.kind),
        "level": claims.level,
        "number": claims.number,
        "issuer": claims.issuer,
        "issued_on": claims.issued_on,
        "review_on": claims.review_on,
    }


def _verified(result: dict[str, Any]) -> str:
    head = {
        True: says("有效。"),
        False: says("无效。"),
        None: says("没有发现问题，但有的项目没有查到，不能算有效。"),
    }[result["valid"]]
    marks = {"pass": "✓", "fail": "✗", "unknown": "?"}
    return "\n".join([words(head), *(f"{marks[c['result']]} {c['because']}" for c in result["checks"])])


def _register(file: Path, issuers: Path | None, fingerprint: str, store: Store) -> tuple[Register, bool]:
    """The register, and whether somebody vouched for it: named by the caller or this installation's own. One that
    came along with the certificate is read, and proves nothing about who made both."""
    beside = file.parent / PUBLIC
    if issuers is not None:
        return read_register(_text(issuers), fingerprint=fingerprint), True
    if store.public_document.is_file():
        return read_register(_text(store.public_document), fingerprint=fingerprint), True
    if beside.is_file():
        text = _text(beside)
        return read_register(text, fingerprint=fingerprint), bool(fingerprint) and fingerprint_of(
            text
        ) == fingerprint
    raise Refusal(
        "no_register",
        says("没有签发机构的公开文件。"),
        says("请用 --issuers 指明；它由发证单位提供。"),
        field="issuers",
    )


def _list(path: Path, register: Register) -> status.StatusList:
    try:
        return status.read(_text(path), register)
    except ValueError as error:
        raise Refusal(
            "status_list",
            says("“{file}”不是登记机构签发的撤销名单。"),
            says("请重新下载。"),
            field="status",
            file=path.name,
        ) from error


@command.command(
    "admits",
    help="Whether certificates admit to a post, and what is missing.\n\n"
    "Example: gongyou certificates admits --area 123400 --post 6-31-01-03 --holds low_voltage_permit"
    " --on 2026-11-24 --json\n\nCODE may be CODE:LEVEL@ISSUED_ON/VALID_UNTIL; without dates it is taken as in force.",
)
@click.option(
    "--post", required=True, metavar="OCCUPATION", help="code of the national classification, or its name"
)
@click.option("--holds", multiple=True, metavar="CODE", help="a certificate held; may be repeated")
@click.argument("more", nargs=-1, metavar="[CODE]...")
@click.option("--birth", default="", help="date of birth, for age limits; without it age is not looked at")
@click.option("--sex", type=click.Choice(["male", "female"]), default=None, help="where law tells ages apart")
@click.option("--category", default="", help="job category of an age table: cadre or worker, say")
@_area
@_on
@json_option
@answers
def admission(
    post: str,
    holds: tuple[str, ...],
    more: tuple[str, ...],
    birth: str,
    sex: str | None,
    category: str,
    area: str,
    on: str,
    as_json: bool,
) -> None:
    recognition = recognition_from(packs_dir(), area)
    day = _moment(on).date()
    holdings = [_holding(text, recognition) for text in (*holds, *more)]
    facts = Facts(read_day(birth, field="on") if birth else None, sex or "", category)
    found = admits(recognition, holdings, recognition.occupation_named(post), day, facts=facts)
    give(_admission(found), as_json=as_json, sentence=_admitted)


def _admission(found: Admission) -> dict[str, Any]:
    tell = _teller(english_of(packs_dir()))

    def piece(missing: Missing) -> dict[str, Any]:
        return {
            "requirement": tell(missing.requirement),
            "any_of": [{"certificate": a.kind, "level": a.level} for a in missing.any_of],
            "titles": [title.tell(tell) for title in missing.titles],
            "issuers": [tell(issuer) for issuer in missing.issuers],
            "basis": missing.basis.tell(tell),
            "confidence": missing.confidence,
        }

    return {
        "admits": found.admits,
        "missing": [piece(one) for one in found.missing],
        "wishes": [piece(one) for one in found.wishes],
        "because": [one.tell(tell) for one in found.because],
        "warnings": [one.tell(tell) for one in found.warnings],
    }


def _admitted(result: dict[str, Any]) -> str:
    head = words(says("可以上岗。") if result["admits"] else says("还不能上岗。"))
    return "\n".join([head, *result["because"], *result["warnings"]])


def _holding(text: str, recognition: RecognitionMap) -> Holding:
    """CODE[:LEVEL][@ISSUED_ON[/VALID_UNTIL]]."""
    code, _, dates = text.partition("@")
    name, _, level = code.partition(":")
    kind = recognition.kind_named(name)
    issued, _, until = dates.partition("/")
    return Holding(
        kind=kind.id,
        level=recognition.level_named(kind, level),
        issued_on=read_day(issued, field="on") if issued else None,
        valid_until=read_day(until, field="on") if until else None,
        is_said_in_force=not issued,
    )


@command.command(
    "add-issuer",
    help="Register a body that issues, with its first key.\n\n"
    "Example: gongyou certificates add-issuer assessors --title 示例技能评价机构 --class assessment_body --json",
)
@click.argument("name")
@click.option("--title", required=True, help="as printed on certificates")
@click.option(
    "--class", "body", required=True, help="class of bodies in recognition.yaml: which kinds it may issue"
)
@click.option("--url", default="", help="where its lists of revocations are served")
@_area
@_store
@json_option
@answers
def add_issuer(
    name: str, title: str, body: str, url: str, area: str, store: Path | None, as_json: bool
) -> None:
    recognition = recognition_from(packs_dir(), area)
    kinds = [kind.id for kind in recognition.declared.kinds if kind.issuer == body]
    if not kinds:
        known = "、".join(f"{one}（{text}）" for one, text in recognition.declared.issuers.items())
        raise Refusal(
            "unknown_class",
            says("没有“{body}”这类发证机构，或它不发任何证。"),
            says("可用的：{known}。"),
            field="class",
            body=body,
            known=known,
        )
    place = _store_at(store)
    made = place.add_issuer(
        name, title=title, kinds=kinds, titles=titles_of(recognition), on=_now().date(), url=url.rstrip("/")
    )
    _give_issuer(made.id, place, as_json)


@command.command(
    "rotate-key",
    help="A new key from today or a later day; what the old one signed stays good.\n\n"
    "Example: gongyou certificates rotate-key assessors --on 2027-01-01 --json",
)
@click.argument("name")
@click.option(
    "--algorithm",
    type=click.Choice([one.value for one in Algorithm]),
    default=Algorithm.EDDSA.value,
    show_default=True,
    help="of the new key",
)
@_on
@_store
@json_option
@answers
def rotate_key(name: str, algorithm: str, on: str, store: Path | None, as_json: bool) -> None:
    place = _store_at(store)
    made = place.rotate(name, _moment(on).date(), Algorithm(algorithm))
    _give_issuer(made.id, place, as_json)


def _give_issuer(issuer_id: str, store: Store, as_json: bool) -> None:
    issuer = store.issuer(issuer_id)
    document = store.public_document
    give(
        {
            "issuer": issuer.id,
            "kinds": list(issuer.kinds),
            "keys": [{"kid": k.kid, "from": k.from_on, "until": k.until_on} for k in issuer.keys],
            "public_document": str(document),
            "fingerprint": fingerprint_of(_text(document)),
        },
        as_json=as_json,
        sentence=lambda r: words(
            says("已登记 {issuer}。公开文件：{file}，指纹 {print}。"),
            issuer=r["issuer"],
            file=r["public_document"],
            print=r["fingerprint"],
        ),
    )


@command.command(
    help="Revoke certificates and write the issuer's signed lists.\n\n"
    "Example: gongyou certificates revoke certificate.json --issuer assessors --out lists --json"
)
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--issuer", required=True, help="short name or id")
@click.option("--out", required=True, type=Folder, help="folder for the lists")
@_store
@json_option
@answers
def revoke(files: tuple[Path, ...], issuer: str, out: Path, store: Path | None, as_json: bool) -> None:
    place = _store_at(store)
    body = place.issuer(issuer)
    spots = []
    for file in files:
        found = verify(_text(file), place.register(), Asked(_now()))
        if found.result("signature") != "pass" or found.claims is None or found.claims.issuer != body.id:
            raise Refusal(
                "not_ours",
                says("“{file}”不是这家机构签发的证书。"),
                says("请核对文件。"),
                field="file",
                file=file.name,
            )
        spots.append(found.claims.place)
    revoked = place.revoke(body, spots)
    written = write_lists(place, body.id, out)
    result = {"issuer": body.id, "revoked": len(revoked), "lists": written}
    give(result, as_json=as_json, sentence=lambda r: words(says("共撤销{count}张。"), count=r["revoked"]))


@command.command(
    help="Write the gate's page: one HTML file that checks paper certificates on a phone without network.\n\n"
    "Example: gongyou certificates gate gate.html --issuers register.json --json"
)
@click.argument("out", type=File)
@click.option(
    "--issuers", type=File, default=None, help="the issuers' public document; default this installation's"
)
@click.option("--fingerprint", default="", help="of the public document's key, told by another way")
@_store
@json_option
@answers
def gate(out: Path, issuers: Path | None, fingerprint: str, store: Path | None, as_json: bool) -> None:
    place = _store_at(store)
    if issuers is None:
        place.register()  # says what to do where there is none
    document = _text(issuers or place.public_document)
    register = read_register(document, fingerprint=fingerprint)
    check_folder(out)
    told, tongue = _teller(english_of(packs_dir())), "en" if language() == "en" else "zh-CN"
    page = gate_page(register, fingerprint=fingerprint_of(document), say=told, language=tongue)
    part = out.with_name(f".{out.name}.part")
    part.write_text(page, encoding="utf-8")
    part.replace(out)
    result = {"file": str(out), "number": register.number, "issuers": len(register.issuers)}
    give(result, as_json=as_json, sentence=lambda r: words(says("已写好：{file}"), file=r["file"]))


def write_lists(store: Store, issuer_id: str, out: Path) -> list[str]:
    """The issuer's lists as they stand, signed now."""
    out.mkdir(parents=True, exist_ok=True)
    issuer = store.issuer(issuer_id)
    names = []
    for number, text in enumerate(store.status_lists(issuer, _now())):
        path = out / f"status-{number}.jwt"
        path.write_text(text, encoding="ascii")
        names.append(str(path))
    return names


def _store_at(folder: Path | None) -> Store:
    return Store(folder or data_dir() / "issuers")


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ValueError("too large")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise Refusal(
            "unreadable", says("文件“{file}”读不出来。"), says("请核对路径。"), field="file", file=path.name
        ) from error


def _now() -> datetime:
    return datetime.now(SHANGHAI)


def _moment(on: str) -> datetime:
    """Noon of a day named, else now."""
    if not on:
        return _now()
    day = read_day(on, field="on")
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)


def _teller(packs: dict[str, str]) -> Any:
    """How sentences are told: Chinese as they stand, without waking anything up; English through both catalogues."""
    if language() != "en":
        return str
    return lambda text: packs.get(text) or gettext(text)
