"""What the API takes and gives."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from ninja import Field, Schema
from pydantic import BaseModel, ConfigDict, field_validator


class Given(BaseModel):
    """What is handed in: a name we do not know is refused, or what stands under it would be lost."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*")
    @classmethod
    def without_nul(cls, value: object) -> object:
        """NUL says nothing to anybody, and PostgreSQL keeps no text that holds it."""
        return value.replace("\x00", "") if isinstance(value, str) else value


class Contact(Given):
    name: str = Field("", max_length=40)
    phone: str = Field("", max_length=30)


class IntakeIn(Given):
    """A demand, wish, clue … as a person or another system hands it in."""

    kind: str = Field(
        ..., description="type id of the programme, or a kind (appeal, wish, clue, application, suggestion)"
    )
    programme: str
    point: str = Field("", description="code of a QR point")
    office: str = Field("", description="code of an office, where no point is given")
    text: str = Field(..., max_length=8000)
    occurred_on: date | None = None
    place: str = Field("", max_length=120)
    topic: str = ""
    contact: Contact = Contact(name="", phone="")
    subject: Contact | None = Field(
        None, description="whose matter it is, where the contact speaks for somebody"
    )
    is_anonymous: bool = False
    files: list[UUID] = Field(default_factory=list, max_length=9)


class IntakeOut(BaseModel):
    number: str
    kind: str
    state: str
    due_at: datetime | None
    provisional: bool
    office: str
    receipt_code: str = Field("", description="where no phone was left: what the matter is looked up with")


class CaseOut(Schema):
    """A matter as its person sees it."""

    number: str
    kind: str
    title: str
    state: str
    sentence: str
    received_at: datetime
    due_at: datetime | None
    provisional: bool
    is_late: bool
    office: str
    office_phone: str
    answer: str


class CaseLineOut(Schema):
    number: str
    title: str
    state: str
    office: str
    received_at: datetime
    due_at: datetime | None
    provisional: bool
    is_late: bool


class CasePageOut(Schema):
    items: list[CaseLineOut]
    next: str = Field("", description="cursor of the following page; empty at the end")


class TypeOut(Schema):
    programme: str
    type_id: str
    kind: str
    title: str
    invitation: str
    may_be_anonymous: bool


class FileOut(Schema):
    id: UUID
    media_type: str
    size: int


class Problem(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    field: str = ""
