"""Every table there is, for migrations and checks: importing this module registers them all."""

import lms.audit
import lms.jobs
import lms.once
import lms.people.models  # noqa: F401
from lms.db import Base

TABLES = Base.metadata.tables
