"""Erase a person from everything that an app keeps, with a certificate that is never too good."""

from __future__ import annotations

from ._age_sweep import SweepReport, sweep, verify
from ._certificate import Certificate, Line, Plan, PlanLine, State
from ._file_target import files
from ._inventory import Inventory
from ._object_stores import bucket, folder
from ._object_target import ObjectStore, ObjectTarget, ObjectVersion
from ._people import Person
from ._redis_target import redis
from ._service import ErasureService
from ._sql_marks import tables_of_marks
from ._sql_target import sql_table
from ._subject_vault import Shredded, SubjectVault
from ._targets import BoundTarget, ErasureTarget, HoldPlaced, Outcome, Permit, Record, cache, keyed
from ._vendor_table import VENDORS
from ._vendor_table import endpoint_of as vendor_endpoint
from ._vendor_table import endpoints as vendor_endpoints
from ._vendor_target import plivo, twilio, vendor

__all__ = [
    "VENDORS",
    "BoundTarget",
    "Certificate",
    "ErasureService",
    "ErasureTarget",
    "HoldPlaced",
    "Inventory",
    "Line",
    "ObjectStore",
    "ObjectTarget",
    "ObjectVersion",
    "Outcome",
    "Permit",
    "Person",
    "Plan",
    "PlanLine",
    "Record",
    "Shredded",
    "State",
    "SubjectVault",
    "SweepReport",
    "bucket",
    "cache",
    "files",
    "folder",
    "keyed",
    "plivo",
    "redis",
    "sql_table",
    "sweep",
    "tables_of_marks",
    "twilio",
    "vendor",
    "vendor_endpoint",
    "vendor_endpoints",
    "verify",
]
