"""A course that is being written: a module, two lessons, and one thing that the checker still asks for."""

from datetime import datetime, timedelta
from uuid import UUID

from courses.authoring import operations, structure
from courses.learning.rules import Writing

FIRST = """---
title: Antes de la reunión
minutes: 15
competencies: [6.1]
reflection: ¿En qué reunión de equipo dijiste menos de lo que querías?
alternative: Escribe tres frases con las que alguien puede pedir la palabra sin levantar la voz.
sources:
  - Elaboración propia de la federación
---
## Una frase preparada

A una reunión de equipo se llega mejor con **una frase escrita** que con diez ideas en la cabeza. La frase dice qué pides, a quién y para cuándo.

/// scene | En el pasillo, cinco minutos antes
**Nuria:** Hoy quiero que se hable de la sala. Llevo dos semanas sin sitio para los encuentros.

**Rosa:** ¿Qué pides, en una frase?

**Nuria:** Que desde el lunes la sala pequeña esté libre los martes de diez a doce.
///

/// activity | Tu frase · 5 minutos
Piensa en algo que te falta para acompañar bien. Escríbelo como lo hizo Nuria: qué, quién y desde cuándo.
///
"""
SECOND = """---
title: Cuando te dicen que no
minutes: 15
competencies: [6.1]
reflection: ¿Qué te ayuda a no tomarte un no como algo tuyo?
---
## Un no tiene motivo

Pregunta el motivo antes de responder. A veces el no es a la fecha, no a lo que pides.
"""
FILES = {
    "course.md": "---\ntitle: Hablar en el equipo\naudience: agent\nhours: 2\n"
    "summary: Pedir, proponer y disentir en las reuniones del servicio.\n---\n"
    "Un curso corto para quien ya acompaña en un servicio y quiere que su voz cuente en las reuniones.\n",
    "01-pedir-la-palabra/module.md": "---\ntitle: Pedir la palabra\nhours: 2\noutcomes:\n"
    "  - Llevo a una reunión una petición escrita en una frase.\n---\nDe la idea a la petición.\n",
    "01-pedir-la-palabra/01-antes-de-la-reunion.md": FIRST,
    "01-pedir-la-palabra/02-cuando-te-dicen-que-no.md": SECOND,
}


def write(federation_id: UUID, accounts: dict[str, UUID], now: datetime) -> None:
    """`author` began it a week ago, `admin` has put in a word since."""
    began = now - timedelta(days=7)
    files = {path: text.encode() for path, text in FILES.items()}
    draft = operations.begin(federation_id, "hablar-en-el-equipo", files, by=accounts["author"], now=began)
    module = structure.add_module(draft.id, "Disentir sin romper", by=accounts["author"], now=began + timedelta(days=1))
    operations.write(
        draft.id, module, {"outcomes": ["Digo en qué no estoy de acuerdo y qué propongo."]}, "Llevar la contraria y seguir juntos.",
        Writing("", 1, 1), by=accounts["admin"], now=now - timedelta(days=2),
    )  # fmt: skip
