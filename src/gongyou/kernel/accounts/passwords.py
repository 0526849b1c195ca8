"""What a password must be, and the passwords made for a first sign-in (GB/T 22239-2019, 8.1.4.1 a)."""

from __future__ import annotations

import secrets
import string

from gongyou.basics.refusal import says
from gongyou.kernel.errors import DomainError

MIN_LENGTH = 10
MAX_LENGTH = 128  # hashing is costly on purpose: an endless password would be a way to stop the machine
CLASSES = 3

# Passwords that satisfy the classes and are still the first ones anybody tries. Compared without case.
_COMMON_WORDS = """
    password123 password1! password@1 password123! password@123 passw0rd123 p@ssw0rd123 p@ssw0rd1 p@ssword123
    admin12345 admin@12345 admin@1234 admin123456 admin@123456 administrator1 admin123!@# root@12345
    qwerty12345 qwerty123! qwerty@123 qwertyuiop1 1qaz2wsx3edc 1qaz@wsx3edc !qaz2wsx3edc 1qaz!qaz1 1qazxsw2!
    abc1234567 abcd123456 abcd@1234 abc@123456 abc123456! aa123456789 aa123456. aa@123456 aa123456!
    woaini1314 woaini520! woaini@1314 welcome123 welcome123! welcome@123 changeme123 changeme1! test@12345
    test123456 huawei@123 huawei12#$ iloveyou123 iloveyou1! zaq12wsx!@ zaq!2wsx3e letmein123! gongyou123
    gongyou@123 gongyou123! gonghui123 gonghui@123 zhigong123 zhigong@123 user@12345 guest@12345
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_LOOK_ALIKE = set("0O1lI5S2Z8B")


def check_password_rules(password: str, *, login: str, name: str = "") -> None:
    """Raises DomainError naming the first rule that is broken."""
    _check_length(password)
    if _count_classes(password) < CLASSES:
        raise _refused(
            "password_classes",
            says("密码的字符种类太少。"),
            says("请至少用上大写字母、小写字母、数字、符号中的三种。"),
        )
    folded = password.casefold()
    if any(part and part.casefold() in folded for part in (login, name)):
        raise _refused(
            "password_holds_login",
            says("密码里不能包含您的登录名或姓名。"),
            says("请换一个别人猜不到的密码。"),
        )
    if folded in _COMMON or len(set(folded)) < 5:
        raise _refused(
            "password_common",
            says("这个密码太常见，容易被猜到。"),
            says("可以用几个不相干的词加数字和符号。"),
        )


def make_first_password() -> str:
    """16 characters of all four classes without look-alikes (95 bits): read from paper, used once."""
    alphabet = [c for c in string.ascii_letters + string.digits if c not in _LOOK_ALIKE]
    groups = ["".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(3)]
    fixed = secrets.choice("ACDEFGHJKMNPQRTUVWXY") + secrets.choice("abcdefghijkmnpqrstuvwxyz")
    return "-".join([*groups, fixed + secrets.choice("34679")])


def _check_length(password: str) -> None:
    if len(password) < MIN_LENGTH:
        raise _refused(
            "password_short",
            says("密码太短，至少要{least}个字符。"),
            says("请写长一些再提交。"),
            least=MIN_LENGTH,
        )
    if len(password) > MAX_LENGTH:
        raise _refused(
            "password_long",
            says("密码太长，最多{most}个字符。"),
            says("请缩短后再提交。"),
            most=MAX_LENGTH,
        )


def _count_classes(password: str) -> int:
    kinds = (str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum())
    return sum(any(kind(c) for c in password) for kind in kinds)


def _refused(code: str, message: str, hint: str, **params: int) -> DomainError:
    return DomainError(code, message, hint, field="new_password", status=400, **params)
