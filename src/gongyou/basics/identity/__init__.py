"""Numbers that identify people, organisations and places: reading them, and hiding them."""

from gongyou.basics.identity.divisions import division_name, is_known_division, read_division
from gongyou.basics.identity.masking import (
    mask_account,
    mask_credit_code,
    mask_name,
    mask_phone,
    mask_resident_id,
)
from gongyou.basics.identity.organisations import read_credit_code
from gongyou.basics.identity.phones import read_phone
from gongyou.basics.identity.residents import ResidentId, Sex, read_resident_id

__all__ = [
    "ResidentId",
    "Sex",
    "division_name",
    "is_known_division",
    "mask_account",
    "mask_credit_code",
    "mask_name",
    "mask_phone",
    "mask_resident_id",
    "read_credit_code",
    "read_division",
    "read_phone",
    "read_resident_id",
]
