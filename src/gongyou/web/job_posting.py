"""A public post as schema.org JobPosting: what search engines and other sites read."""

from __future__ import annotations

from typing import Any

from gongyou.basics.money import fen_to_text
from gongyou.engines.employment.queries.posts import PostView


def job_posting(post: PostView) -> dict[str, Any]:
    """JSON-LD. No age and no sex: they are no conditions of a post."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": post.title,
        "description": post.text or post.title,
        "identifier": {"@type": "PropertyValue", "name": post.employer, "value": str(post.id)},
        "hiringOrganization": {"@type": "Organization", "name": post.employer, "taxID": post.credit_code},
        "occupationalCategory": f"{post.occupation} {post.occupation_title}",
        "totalJobOpenings": post.headcount,
        "validThrough": post.expires_on.isoformat(),
        "employmentType": "TEMPORARY" if post.is_gig else "FULL_TIME",
        "jobLocation": {
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "addressCountry": "CN",
                "addressRegion": post.division_name,
                "streetAddress": post.place,
            },
        },
    }
    if post.published_at is not None:
        found["datePosted"] = post.published_at.date().isoformat()
    if post.certificates:
        found["qualifications"] = "、".join(post.certificates)
    if post.shift:
        found["workHours"] = post.shift
    if post.wage_low_fen is not None or post.wage_high_fen is not None:
        found["baseSalary"] = _salary(post)
    return found


def _salary(post: PostView) -> dict[str, Any]:
    amounts = {"minValue": post.wage_low_fen, "maxValue": post.wage_high_fen}
    value = {name: fen_to_text(fen).replace(",", "") for name, fen in amounts.items() if fen is not None}
    unit = "DAY" if post.is_daily else "MONTH"
    return {
        "@type": "MonetaryAmount",
        "currency": "CNY",
        "value": {"@type": "QuantitativeValue", "unitText": unit, **value},
    }
