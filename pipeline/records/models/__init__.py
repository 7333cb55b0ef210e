"""The tables, by noun. Importing this package makes ``Row.metadata`` complete."""

from pipeline.records.models.access import LinkRow, WebSessionRow
from pipeline.records.models.columns import Row
from pipeline.records.models.editions import EditionWordRow
from pipeline.records.models.mail import AttachmentRow, FilingRow, MessageRow, OutgoingRow
from pipeline.records.models.mailboxes import MailboxFolderRow, MailboxMarkRow, MailboxRow, MailboxTokenRow
from pipeline.records.models.mending import PreflightRow, RepairRow, ResendRow
from pipeline.records.models.people import (
    AddressRow,
    AgencyDomainRow,
    AgencyRow,
    AppointmentRow,
    LicenceRow,
    MembershipRow,
    PersonRow,
)
from pipeline.records.models.regrouping import RecordKeyRow, RegroupingRow
from pipeline.records.models.senders import SenderCheckRow
from pipeline.records.models.submissions import (
    AccountRow,
    AliasRow,
    AnswerRow,
    ChecklistRow,
    CommunicationRow,
    CoverageRow,
    DecisionRow,
    DocumentRow,
    FactRow,
    ItemRow,
    SubmissionRow,
)
from pipeline.records.models.wishes import MessageWishRow
from pipeline.records.models.work import EventRow, FollowerRow, SequenceRow, StepRow

__all__ = [
    "AccountRow",
    "AddressRow",
    "AgencyDomainRow",
    "AgencyRow",
    "AliasRow",
    "AnswerRow",
    "AppointmentRow",
    "AttachmentRow",
    "ChecklistRow",
    "CommunicationRow",
    "CoverageRow",
    "DecisionRow",
    "DocumentRow",
    "EditionWordRow",
    "EventRow",
    "FactRow",
    "FilingRow",
    "FollowerRow",
    "ItemRow",
    "LicenceRow",
    "LinkRow",
    "MailboxFolderRow",
    "MailboxMarkRow",
    "MailboxRow",
    "MailboxTokenRow",
    "MembershipRow",
    "MessageRow",
    "MessageWishRow",
    "OutgoingRow",
    "PersonRow",
    "PreflightRow",
    "RecordKeyRow",
    "RegroupingRow",
    "RepairRow",
    "ResendRow",
    "Row",
    "SenderCheckRow",
    "SequenceRow",
    "StepRow",
    "SubmissionRow",
    "WebSessionRow",
]
