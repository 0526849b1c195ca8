"""A limit on wrong guesses, kept in the table of sign-in attempts."""

from __future__ import annotations

from datetime import timedelta

from gongyou.basics.refusal import says
from gongyou.kernel import moment
from gongyou.kernel.errors import DomainError
from gongyou.kernel.installation import installed
from gongyou.kernel.models.accounts import SignInAttempt
from gongyou.kernel.writing import writing

WINDOW = timedelta(minutes=15)


def _digest(what: str) -> bytes:
    return installed().keyring.index(what, "throttle")


def refuse_after(what: str, *, source: str, wrong_of_one: int = 5, wrong_of_source: int = 40) -> None:
    """Raises DomainError when `what`, or the network address, had too many wrong guesses lately."""
    since = moment.now() - WINDOW
    wrong = SignInAttempt.objects.filter(at__gte=since, outcome="wrong_proof")
    too_many = wrong.filter(login_digest=_digest(what)).count() >= wrong_of_one
    if too_many or (source and wrong.filter(source=source).count() >= wrong_of_source):
        raise DomainError(
            "too_many_tries",
            says("试错次数太多，请15分钟后再试。"),
            says("也可以拨打站点电话查询。"),
            status=429,
        )


def note_wrong(what: str, *, source: str) -> None:
    with writing():
        SignInAttempt.objects.create(
            at=moment.now(), login_digest=_digest(what), source=source[:45], outcome="wrong_proof"
        )
