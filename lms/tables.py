"""Every table there is, for migrations and checks: importing this module registers them all."""

import assessments.bank.models
import assessments.competencies.models
import assessments.quizzes.models
import certificates.accreditation.models
import certificates.register.models
import courses.catalogue.models
import courses.learning.models
import courses.mentoring.models
import lms.audit
import lms.jobs
import lms.once
import lms.people.models  # noqa: F401
from lms.db import Base

TABLES = Base.metadata.tables
