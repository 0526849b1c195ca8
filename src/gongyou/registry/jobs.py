"""What the registry's tables hold about people, on which basis, and when it goes (read by kernel.retention)."""

from __future__ import annotations

from uuid import UUID

from gongyou.kernel.actions import Act
from gongyou.kernel.jobs import Payload, job
from gongyou.kernel.personal_data import Declaration, declare
from gongyou.registry.care_steps import CHILD_CARE, erase_enrolments, leave_all_classes
from gongyou.registry.credential_models import CREDENTIAL
from gongyou.registry.erasure import erase_expired
from gongyou.registry.models import NOUN, CareEnrolment, Consent, HeldCredential, Person, PersonTie
from gongyou.registry.partner_models import CHILD


@job("registry.heed_withdrawal")
def heed_withdrawal(act: Act, payload: Payload) -> None:
    """A guardian took the consent to child care back: the children's names go, their places go to the line."""
    if payload["purpose"] == CHILD_CARE:
        leave_all_classes(act, UUID(payload["person_id"]))


# How long to keep is the programme's word, written on each tie when its matter closes (`close_ties`).
declare(Declaration(Person, NOUN, "sensitive", "matters", "consent", None, erase_expired))
# The record that there was a consent outlives the content (PIPL art. 56: three years at least); its evidence doesn't.
declare(Declaration(Consent, "consent", "ordinary", "proof_of_basis", "statutory_duty", None, None))
declare(Declaration(PersonTie, "person_tie", "ordinary", "access", "statutory_duty", None, None))
# Numbers go with their person; that some certificate of a kind was there stays for the counts.
declare(Declaration(HeldCredential, CREDENTIAL, "ordinary", "certificates", "consent", None, None))
# A child's call name and age band go soon after the day of the class; a withdrawn place at once.
declare(
    Declaration(CareEnrolment, CHILD, "sensitive", "child_care", "separate_consent", None, erase_enrolments)
)
