"""Every table there is, for migrations and checks: importing this module registers them all."""

import lms.audit
import lms.jobs
import lms.once
import lms.people.entry.models
import lms.people.federations.models
import lms.people.imports.models
import lms.people.messages.models
import lms.people.models
import lms.people.privacy.models
import lms.people.profile.models
import lms.people.trail.models  # noqa: F401
from lms.db import Base

TABLES = Base.metadata.tables
