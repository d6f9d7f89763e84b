"""What the tests of imports share: files of every kind, and the road from a file to invitations."""

import io
import zipfile
from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart
from xlsxwriter import Workbook

from lms import clock
from lms.db import db, transaction
from lms.jobs import Job
from lms.people.imports import operations, rehearsal
from lms.people.imports.models import Import
from lms.people.imports.rehearsal import Judgement
from lms.people.imports.rules import Finding
from lms.people.models import Invitation
from tests.world import Browser, World

HEAD = ["nombre", "correo", "papel", "idioma"]


def csv_of(*rows: Iterable[str], head: Iterable[str] = HEAD, encoding: str = "utf-8") -> bytes:
    """A CSV with semicolons."""
    return "".join(";".join(row) + "\r\n" for row in (head, *rows)).encode(encoding)


def xlsx_of(*rows: Iterable[Any], head: Iterable[str] = HEAD) -> bytes:
    """A workbook; a cell that begins with = is a formula, as people's programs write it."""
    file = io.BytesIO()
    book = Workbook(file)
    sheet = book.add_worksheet()
    for number, row in enumerate((head, *rows)):
        sheet.write_row(number, 0, list(row))
    book.close()
    return file.getvalue()


def repacked(content: bytes, changed: dict[str, bytes]) -> bytes:
    """A ZIP with some members replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changed:
                new.writestr(name, old.read(name))
        for name, data in changed.items():
            new.writestr(name, data)
    return out.getvalue()


def people(count: int, first: int = 0) -> list[list[str]]:
    """Rows of people who do not exist."""
    return [[f"Persona {n}", f"persona{n}@demo.test", "agente", "es"] for n in range(first, first + count)]


class Desk:
    """Somebody who imports, in `here`."""

    def __init__(self, world: World, role: str = "registrar") -> None:
        self.world = world
        self.person = world.person(role)

    def browser(self) -> Browser:
        """Their browser."""
        return self.world.browser(self.person)

    def rehearse(
        self, content: bytes, role: str = "", import_id: UUID | None = None
    ) -> tuple[Judgement, list[Finding]]:
        """What a rehearsal says of a file; nothing of it is noted unless `import_id` is given."""
        with self.world.database():
            id_ = import_id or uuid4()
            digest, _size = rehearsal.take(id_, io.BytesIO(content))
            now = clock.now()
            who = rehearsal.importer(self.world.here, self.person, now)
            judgement = rehearsal.judge(id_, who, role=role, locale="es", now=now)
            found = list(rehearsal.findings(id_))
            if import_id is not None:
                with transaction():
                    operations.keep(
                        id_, self.world.here, by=self.person, digest=digest, role=role, locale="es", now=now,
                        judgement=judgement,
                    )  # fmt: skip
            return judgement, found

    def prepared(self, content: bytes, *, mail: bool = True) -> UUID:
        """An import that has been judged and is to be carried out."""
        id_ = uuid4()
        self.rehearse(content, import_id=id_)
        with self.world.database(), transaction() as session:
            session.get_one(Import, id_).state = "queued"
            session.get_one(Import, id_).mail = mail
        return id_

    def carry_out(self, import_id: UUID) -> int:
        """Do it."""
        with self.world.database():
            return operations.carry_out(import_id, now=clock.now())

    def send(
        self, content: bytes | None, name: str = "lista.csv", address: str = "/people/imports", **fields: str
    ) -> Any:
        """Send the form."""
        browser = self.browser()
        data: dict[str, Any] = {"csrf_token": browser.token, "role": "", "locale": "es", **fields}
        if content is not None:
            data["file"] = FileStorage(io.BytesIO(content), name)
        boundary, body = encode_multipart(data)
        return browser.client.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")

    def one(self, import_id: UUID) -> Import:
        """The import as it stands."""
        with self.world.database() as session:
            found = session.get_one(Import, import_id)
            session.expunge(found)
            return found

    def counts(self) -> tuple[int, int]:
        """How many invitations there are, and jobs of their mails."""
        with self.world.database():
            return (
                db.session.scalar(select(func.count()).select_from(Invitation)) or 0,
                db.session.scalar(select(func.count()).select_from(Job).where(Job.kind == "mail.invitation")) or 0,
            )


def id_in(answer: Any) -> UUID:
    """The import to whose page an answer leads."""
    return UUID(answer.location.rsplit("/", 1)[-1])
