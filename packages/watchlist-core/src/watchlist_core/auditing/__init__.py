"""Auditing: who changed what, when, and from where."""

from watchlist_core.auditing.acting import acting, present_actor
from watchlist_core.auditing.details import details_of
from watchlist_core.auditing.entities import Actor
from watchlist_core.auditing.forget_audit import ForgetAudit
from watchlist_core.auditing.list_audit import ListAudit
from watchlist_core.auditing.ports import AuditingWork, AuditLog, AuditQueries
from watchlist_core.auditing.read_models import AuditEntry, AuditSearch
from watchlist_core.auditing.subjects import Subject, subject_of

__all__ = [
    "Actor",
    "AuditEntry",
    "AuditLog",
    "AuditQueries",
    "AuditSearch",
    "AuditingWork",
    "ForgetAudit",
    "ListAudit",
    "Subject",
    "acting",
    "details_of",
    "present_actor",
    "subject_of",
]
