"""Tables of the kernel."""

from gongyou.kernel.models.accounts import (
    Account,
    AccountRequest,
    KnownSession,
    OneTimeCode,
    RoleHolding,
    SignInAttempt,
)
from gongyou.kernel.models.audit import AuditLane, AuditRecord, ReadBatch, ReadRecord
from gongyou.kernel.models.bars import Bar
from gongyou.kernel.models.catalogue import PackContent, PackVersion
from gongyou.kernel.models.events import Event, Intent, Job
from gongyou.kernel.models.files import StoredFile
from gongyou.kernel.models.messages import Message, MessageRefusal
from gongyou.kernel.models.numbers import NumberBlock
from gongyou.kernel.models.search import SearchEntry
from gongyou.kernel.models.worklist import WorkItem

__all__ = [
    "Account",
    "AccountRequest",
    "AuditLane",
    "AuditRecord",
    "Bar",
    "Event",
    "Intent",
    "Job",
    "KnownSession",
    "Message",
    "MessageRefusal",
    "NumberBlock",
    "OneTimeCode",
    "PackContent",
    "PackVersion",
    "ReadBatch",
    "ReadRecord",
    "RoleHolding",
    "SearchEntry",
    "SignInAttempt",
    "StoredFile",
    "WorkItem",
]
