"""Certificates anybody can check: by other libraries than ours, and every way to fail by the name of its check."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, datetime, timedelta
from pathlib import Path

import cbor2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from openbadgeslib.ob3.status import check_credential_status
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier
from PIL import Image
from pycose.keys import OKPKey
from pycose.messages import Sign1Message

from gongyou.basics.refusal import Refusal
from gongyou.basics.workdays import SHANGHAI
from gongyou.credentials.documents import base45, jws, paper, printed, status
from gongyou.credentials.documents.issuers import read_register
from gongyou.credentials.documents.issuing import Issued, Wanted, issue, titles_of
from gongyou.credentials.documents.keys import Algorithm, unb64
from gongyou.credentials.documents.store import Store
from gongyou.credentials.documents.verifying import Asked, Verified, verify
from gongyou.credentials.tests.maps import published

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI)
ID = "11010519491231002X"
PERMIT = Wanted("陈桂英", ID, "低压电工证", "", "T11010519491231002X", "2026-03-01")
LEVEL = Wanted("陈桂英", ID, "electrician_level", "四级（中级工）", "Y0065012345678901234", "2026-03-01")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A school's assessment body and an authority, each with the kinds it may issue."""
    found, titles = Store(tmp_path / "issuers"), titles_of(published())
    kinds = published().declared.kinds
    for name, title, body in (
        ("assessors", "示例技能评价机构", "assessment_body"),
        ("authority", "示例应急管理局", "emergency_management"),
    ):
        mine = [kind.id for kind in kinds if kind.issuer == body]
        found.add_issuer(
            name, title=title, kinds=mine, titles=titles, on=date(2026, 1, 1), url="https://x.test/i"
        )
    return found


def issued(store: Store, name: str = "assessors", wanted: Wanted = LEVEL, at: datetime = NOW) -> Issued:
    issuer = store.issuer(name)
    return issue(
        wanted,
        recognition=published(),
        issuer=issuer,
        key=store.signing_key(issuer, at.date()),
        take_place=lambda: store.take_places(issuer, 1)[0],
        titles=titles_of(published()),
        at=at,
    )


def check(store: Store, text: str, at: datetime = NOW, **facts: object) -> Verified:
    return verify(text, store.register(), Asked(at, **facts))  # type: ignore[arg-type]


def lists(store: Store, name: str = "assessors", at: datetime = NOW) -> list[status.StatusList]:
    return [status.read(one, store.register()) for one in store.status_lists(store.issuer(name), at)]


def failed(found: Verified) -> list[str]:
    return [one.name for one in found.checks if one.result == "fail"]


def test_a_credential_verifies_with_an_independent_library(store: Store) -> None:
    """A credential verifies with an independent library, another one than what issued it: openbadgeslib reads the
    machine's form with the key as PEM, and its status list; pycose reads the paper's; zxing reads the QR code."""
    made = issued(store)
    key = store.issuer("assessors").keys[0]
    theirs = OB3Verifier(pubkey_pem=key.pem())
    badge = theirs.verify(made.credential)
    assert badge.achievement.name == "电工职业技能等级证书"
    assert badge.issuer.name == "示例技能评价机构"

    def served(_url: str, **_ways: object) -> bytes:
        return store.status_lists(store.issuer("assessors"), datetime.now(SHANGHAI))[0].encode()

    check_credential_status(badge, download=served, verify_list=True, list_pubkey_pem=key.pem())
    store.revoke(store.issuer("assessors"), [made.claims.place])
    with pytest.raises(OB3VerificationError, match="is set at index 0"):
        check_credential_status(badge, download=served, verify_list=True, list_pubkey_pem=key.pem())
    header, body, signature = made.credential.split(".")
    with pytest.raises(OB3VerificationError):
        theirs.verify(".".join((header, body, ("B" if signature[0] == "A" else "A") + signature[1:])))

    envelope = cbor2.loads(paper._inflate(base45.decode(made.paper.removeprefix("GY1:"))))
    assert envelope.tag == 18
    protected, _unprotected, payload, signature = envelope.value
    # cbor2 6 hands out what stands in a tag as tuple and frozen mapping; pycose 1.1 wants list and dict.
    message = Sign1Message.from_cose_obj([protected, {}, payload, signature], True)
    message.key = OKPKey(crv="ED25519", x=key.raw, optional_params={"KTY": "OKP"})
    assert message.verify_signature()
    assert cbor2.loads(message.payload)[1] == "urn:gongyou:assessors"


def test_the_qr_code_is_read_by_another_reader_and_is_version_12_at_most(
    store: Store, tmp_path: Path
) -> None:
    """COSE_Sign1 → Base45 → QR ≤ version 12, also with the longest number a row may have."""
    longest = dataclasses.replace(LEVEL, number="Y" * 40, holder_name="买买提艾力·阿不都热合曼江·吐尔逊")
    for made in (issued(store), issued(store, wanted=longest), issued(store, "authority", PERMIT)):
        assert paper.qr_version(made.paper) <= paper.LARGEST_QR
    import segno

    path = tmp_path / "qr.png"
    segno.make(made.paper, error="m", micro=False, boost_error=False).save(str(path), scale=4, border=4)
    assert zxingcpp.read_barcode(Image.open(path)).text == made.paper


def test_no_full_number_and_no_name_in_the_code(store: Store) -> None:
    """Not even where the authority makes its own number of the identity number, as for special operations."""
    permit = issued(store, "authority", PERMIT)
    assert permit.claims.number == "T110***********002X"
    assert ID not in json.dumps(jws.read(permit.credential).payload)
    assert ID.encode() not in paper._inflate(base45.decode(permit.paper.removeprefix("GY1:")))
    made = issued(store)
    envelope = paper._inflate(base45.decode(made.paper.removeprefix("GY1:")))
    assert ID.encode() not in envelope
    assert "桂英".encode() not in envelope
    assert ID not in json.dumps(jws.read(made.credential).payload)
    page = printed.page(
        made.claims,
        made.paper,
        store.issuer("assessors"),
        titles_of(published()),
        name="陈桂英",
        number_shown="1101***",
    )
    assert "四级（中级工）" in page
    assert "<svg" in page


def test_whole_and_unrevoked_it_is_valid_and_without_network_unknown(store: Store) -> None:
    made = issued(store, "authority", PERMIT)
    for text in (
        made.credential,
        made.paper,
        json.dumps({"credential": made.credential}),
        f" {made.paper}\n",
    ):
        offline = check(store, text)
        assert offline.is_valid is None
        assert offline.result("status") == "unknown"
        assert not failed(offline)
        online = check(store, text, lists=lists(store, "authority"), id_number=ID)
        assert online.is_valid is True
        assert online.claims is not None
        assert online.claims.valid_until == date(2032, 2, 29)
        assert online.claims.review_on == date(2029, 2, 28)
        assert failed(check(store, text, id_number="110101199003074258")) == ["holder"]


def test_each_fails_by_name_of_check(store: Store, tmp_path: Path) -> None:
    """One changed byte, unknown issuer, revoked, expired fail by name of check."""
    made = issued(store, "authority", PERMIT)
    for text in (made.credential, made.paper):
        expired = check(store, text, at=datetime(2032, 3, 1, 0, 1, tzinfo=SHANGHAI))
        assert set(failed(expired)) == {"validity", "review"}
        assert failed(check(store, text, at=datetime(2029, 3, 1, tzinfo=SHANGHAI))) == ["review"]
        assert failed(check(store, text, at=datetime(2026, 2, 28, tzinfo=SHANGHAI))) == ["validity"]
    stranger = Store(tmp_path / "others")
    stranger.add_issuer(
        "authority", title="别家", kinds=["low_voltage_permit"], titles={}, on=date(2026, 1, 1)
    )
    foreign = issued(stranger, "authority", PERMIT)
    assert failed(check(store, foreign.paper)) == failed(check(store, foreign.credential)) == ["issuer"]
    store.revoke(store.issuer("authority"), [made.claims.place])
    revoked = check(store, made.paper, lists=lists(store, "authority"))
    assert failed(revoked) == ["status"]
    assert revoked.is_valid is False
    stale = check(
        store,
        issued(store, "authority", PERMIT).paper,
        lists=lists(store, "authority", NOW - timedelta(days=8)),
    )
    assert stale.result("status") == "unknown"


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_one_changed_byte_never_passes(data: st.DataObject) -> None:
    """One changed byte anywhere: format, signature or issuer fails, whatever byte it was."""
    made, register = _once()
    text = data.draw(st.sampled_from([made.paper, made.credential]))
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("0123456789ABCDEFabcdef$%*+-./:_ "))
    changed = text[:place] + letter + text[place + 1 :]
    found = verify(changed, register, Asked(NOW))
    if changed.strip() == text:
        return
    assert found.is_valid is False
    assert set(failed(found)) & {"format", "signature", "issuer"}
    assert found.claims is None


_made: list[tuple[Issued, object]] = []


def _once() -> tuple[Issued, object]:
    if not _made:
        import tempfile

        store = Store(Path(tempfile.mkdtemp()) / "issuers")
        kinds = ["electrician_level"]
        store.add_issuer("assessors", title="甲", kinds=kinds, titles={}, on=date(2026, 1, 1))
        _made.append((issued(store), store.register()))
    return _made[0]


def test_old_certificates_survive_rotation(store: Store) -> None:
    """Old certificates survive rotation; a key signs nothing outside its time, a compromised one nothing at all."""
    old = issued(store)
    store.rotate("assessors", date(2026, 12, 1), Algorithm.ES256)
    new = issued(store, at=datetime(2026, 12, 2, 9, 0, tzinfo=SHANGHAI))
    later = datetime(2027, 5, 1, tzinfo=SHANGHAI)
    for made in (old, new):
        assert not failed(check(store, made.paper, at=later)) + failed(
            check(store, made.credential, at=later)
        )
    OB3Verifier(pubkey_pem=store.issuer("assessors").keys[1].pem())
    first, second = store.issuer("assessors").keys
    backdated = jws.read(new.credential).payload
    forged = jws.sign(
        {**backdated, "iat": int(later.timestamp())},
        store.signing_key(store.issuer("assessors"), date(2026, 11, 1)),
    )
    assert failed(check(store, forged, at=later)) == ["key"]  # the old key after its end
    register = store.register()
    lost = dataclasses.replace(
        store.issuer("assessors"), keys=(dataclasses.replace(first, is_compromised=True), second)
    )
    found = verify(old.paper, register.with_issuer(lost, date(2027, 1, 1)), Asked(later))
    assert failed(found) == ["key"]


def test_an_issuer_cannot_go_beyond_its_scope(store: Store) -> None:
    """No statutory permit is issued by whoever judges skills, and one signed all the same fails by its scope."""
    with pytest.raises(Refusal, match="这种证由应急管理部门发"):
        issued(store, "assessors", PERMIT)
    wide = dataclasses.replace(store.issuer("assessors"), kinds=("low_voltage_permit",))
    key = store.signing_key(wide, NOW.date())
    forged = issue(
        PERMIT, recognition=published(), issuer=wide, key=key, take_place=lambda: 9, titles={}, at=NOW
    )
    assert failed(check(store, forged.paper)) == ["scope"]


def test_a_register_is_signed_and_an_unvouched_one_leaves_the_issuer_unknown(store: Store) -> None:
    text = store.public_document.read_text(encoding="utf-8")
    document = json.loads(text)
    assert read_register(text, fingerprint=document["fingerprint"]).number == 2
    with pytest.raises(Refusal, match="签名不对"):
        read_register(text, fingerprint="0" * 16)
    head, body, signature = document["register"].split(".")
    changed = body[:-4] + ("AAAA" if body[-4:] != "AAAA" else "BBBB")
    with pytest.raises(Refusal):
        read_register(json.dumps({**document, "register": f"{head}.{changed}.{signature}"}))
    found = check(store, issued(store).paper, lists=lists(store), is_register_vouched=False)
    assert found.is_valid is None
    assert found.result("issuer") == "unknown"


def test_base45_is_rfc_9285s() -> None:
    for text, coded in (
        ("AB", "BB8"),
        ("Hello!!", "%69 VD92EX0"),
        ("base-45", "UJCLQE7W581"),
        ("ietf!", "QED8WEX0"),
    ):
        assert base45.encode(text.encode()) == coded
        assert base45.decode(coded) == text.encode()
    for wrong in ("GGW", ":::", "A", "ab"):
        with pytest.raises(ValueError):
            base45.decode(wrong)


@pytest.mark.parametrize(
    "text", ["", "{}", "GY1:", "a.b.c", "GY1:BB8", '{"paper": 3}', "[1]", "..", "GY1:" + "0" * 9000]
)
def test_whatever_is_read_that_is_no_certificate_fails_by_format(store: Store, text: str) -> None:
    assert failed(check(store, text)) == ["format"]


def test_private_keys_are_readable_by_their_owner_alone(store: Store) -> None:
    keys = list(store.folder.glob("*.key"))
    assert len(keys) == 3
    assert {path.stat().st_mode & 0o777 for path in keys} == {0o600}
    assert not any(
        unb64(k.read_text()).hex() in store.public_document.read_text() for k in keys if k.stem != "register"
    )


def test_one_place_is_given_once(store: Store) -> None:
    issuer = store.issuer("assessors")
    assert [*store.take_places(issuer, 3), *store.take_places(issuer, 2)] == [0, 1, 2, 3, 4]
