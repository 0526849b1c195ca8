"""The machine's form: Open Badges 3.0 `AchievementCredential` as VC-JWT (§8.2), W3C VC data model 2.0."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from gongyou.basics.workdays import SHANGHAI
from gongyou.credentials.documents import jws
from gongyou.credentials.documents.claims import Claims
from gongyou.credentials.documents.issuers import Issuer
from gongyou.credentials.documents.keys import SigningKey

CONTEXT = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
URN = "urn:gongyou:"
_LEVEL, _REVIEW = "level", "review"


def write(claims: Claims, key: SigningKey, issuer: Issuer, titles: Mapping[str, str]) -> str:
    """The credential as a compact JWS. `titles` names kinds and levels for people."""
    document = _document(claims, issuer, titles)
    registered: dict[str, Any] = {
        "iss": issuer.id,
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": _seconds(claims.issued_on),
        "iat": int(claims.signed_at.timestamp()),
    }
    if claims.valid_until is not None:
        registered["exp"] = _seconds(claims.valid_until + timedelta(days=1))
    return jws.sign({**document, **registered}, key, kid=f"{issuer.id}#{key.public.kid}")


def _document(claims: Claims, issuer: Issuer, titles: Mapping[str, str]) -> dict[str, Any]:
    title = titles.get(claims.kind, claims.kind)
    achievement = f"{URN}kind:{claims.kind}"
    results, described = _results(claims, achievement)
    document: dict[str, Any] = {
        "@context": list(CONTEXT),
        "id": f"{URN}certificate:{claims.serial}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": title,
        "issuer": {"id": issuer.id, "type": ["Profile"], "name": issuer.title},
        "validFrom": _stamp(claims.issued_on),
        "awardedDate": _stamp(claims.issued_on),
        "credentialSubject": {
            "id": f"{URN}holder:{claims.serial}",
            "type": ["AchievementSubject"],
            "identifier": [
                _identity("name", claims.name_masked),
                {
                    **_identity(
                        "nationalIdentityNumber", f"sha256${claims.holder_hash.hex()}", is_hashed=True
                    ),
                    "salt": claims.salt.hex(),
                },
            ],
            "licenseNumber": claims.number,
            "achievement": {
                "id": achievement,
                "type": ["Achievement"],
                "achievementType": "Certification",
                "name": title,
                "description": title,
                "criteria": {"narrative": title},
                "resultDescription": described,
            },
            "result": results,
        },
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        "credentialStatus": {
            "id": f"{list_address(issuer, claims.place)}#{place_in_list(claims.place)}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(place_in_list(claims.place)),
            "statusListCredential": list_address(issuer, claims.place),
        },
    }
    if claims.valid_until is not None:
        document["validUntil"] = _stamp(claims.valid_until + timedelta(days=1))
    return document


def _results(claims: Claims, achievement: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    results, described = [], []
    for name, form, value in (
        (_LEVEL, "PerformanceLevel", claims.level),
        (_REVIEW, "ext:ReviewBy", claims.review_on.isoformat() if claims.review_on else ""),
    ):
        if value:
            at = f"{achievement}:{name}"
            described.append({"id": at, "type": ["ResultDescription"], "name": name, "resultType": form})
            results.append({"type": ["Result"], "resultDescription": at, "value": value})
    return results, described


def _identity(kind: str, value: str, *, is_hashed: bool = False) -> dict[str, Any]:
    return {"type": "IdentityObject", "hashed": is_hashed, "identityHash": value, "identityType": kind}


def claims_of(payload: Mapping[str, Any]) -> Claims:
    """What a credential of ours says. Raises KeyError, ValueError, TypeError for another's."""
    subject = payload["credentialSubject"]
    name, identity = subject["identifier"]
    results = {one["resultDescription"].rpartition(":")[2]: one["value"] for one in subject["result"]}
    until = payload.get("validUntil")
    status = payload["credentialStatus"]
    return Claims(
        serial=payload["id"].removeprefix(f"{URN}certificate:"),
        issuer=payload["issuer"]["id"],
        kind=subject["achievement"]["id"].removeprefix(f"{URN}kind:"),
        level=results.get(_LEVEL, ""),
        number=subject["licenseNumber"],
        name_masked=name["identityHash"],
        holder_hash=bytes.fromhex(identity["identityHash"].removeprefix("sha256$")),
        salt=bytes.fromhex(identity["salt"]),
        issued_on=datetime.fromisoformat(payload["validFrom"]).date(),
        valid_until=datetime.fromisoformat(until).date() - timedelta(days=1) if until else None,
        review_on=date.fromisoformat(results[_REVIEW]) if _REVIEW in results else None,
        signed_at=datetime.fromtimestamp(payload["iat"], SHANGHAI),
        place=_place(status),
    )


LIST_SIZE = 131_072
"""Places of one list: the least the recommendation asks for, so that a place tells little about its holder."""


def list_address(issuer: Issuer, place: int) -> str:
    """Where the list stands that holds this place."""
    return f"{issuer.url or URN + issuer.id}/status/{place // LIST_SIZE}"


def place_in_list(place: int) -> int:
    return place % LIST_SIZE


def _place(status: Mapping[str, str]) -> int:
    number = int(status["statusListCredential"].rpartition("/")[2])
    return number * LIST_SIZE + int(status["statusListIndex"])


def _stamp(day: date) -> str:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).isoformat()


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).timestamp())
