"""What the room's tables hold about people, on which basis."""

from __future__ import annotations

from gongyou.engines.skills.models import CERTIFICATE, SEED, Certificate, Examination
from gongyou.kernel.personal_data import Declaration, declare

# A certificate is looked up for as long as somebody works with it; the register of its issuer is kept by law.
declare(Declaration(Certificate, CERTIFICATE, "ordinary", "certificates", "statutory_duty", None, None))
# A seed says nothing about anybody; it is sealed so that nobody knows the paper before its day.
declare(Declaration(Examination, SEED, "ordinary", "examinations", "statutory_duty", None, None))
