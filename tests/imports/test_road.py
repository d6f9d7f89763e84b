"""From a file to invitations: rehearsed, then all or nothing."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from lms import audit, clock, jobs, storage
from lms.audit import AuditEntry
from lms.db import transaction
from lms.jobs import Job
from lms.people import invitations, operations
from lms.people.imports import operations as imports
from lms.people.imports import rehearsal
from lms.people.imports.refusals import ImportChanged, ImportNotWaiting
from lms.people.models import Invitation
from tests.imports.place import Desk, csv_of, id_in, people, xlsx_of
from tests.people.place import account, outbox
from tests.statements import counted
from tests.world import World


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def files_of(desk: Desk, import_id: object) -> list[str]:
    with desk.world.database():
        keys = [rehearsal.key(import_id, what) for what in ("upload", "rows", "findings", "progress")]  # type: ignore[arg-type]
        return [key for key in keys if storage.get(key) is not None]


def test_a_list_is_rehearsed_then_everybody_is_invited(desk: Desk) -> None:
    answer = desk.send(csv_of(*people(3)))
    assert desk.counts() == (0, 0)
    assert len(files_of(desk, id_in(answer))) == 2  # the people and (no) findings: what was sent is gone already
    page = desk.browser().get(answer.location).text
    assert "Todo está bien: se invitará a 3 personas" in page
    desk.browser().post(f"{answer.location}/run", {"mail": "y"})
    assert desk.counts() == (3, 3)
    page = desk.browser().get(answer.location).text
    assert "3 personas están invitadas." in page
    assert files_of(desk, id_in(answer)) == []


def test_each_bad_row_is_named_and_nobody_is_invited(desk: Desk) -> None:
    rows = [*people(2), ["", "no-es-un-correo", "capitana", "fr"]]
    answer = desk.send(csv_of(*rows))
    page = desk.browser().get(answer.location).text
    for words in (
        "Hay 1 fila que revisar",
        "Fila 4",
        "Falta el nombre.",
        "No parece un correo",
        "No conocemos ese papel",
    ):
        assert words in page
    desk.browser().post(f"{answer.location}/run", {"mail": "y"})
    assert desk.counts() == (0, 0)
    assert desk.one(id_in(answer)).state == "judged"


def test_an_invitation_from_a_list_lets_a_person_in_as_one_sent_by_hand(desk: Desk) -> None:
    import_id = desk.prepared(xlsx_of(["Ana", "ana@demo.test", "agente", "inglés"]))
    desk.carry_out(import_id)
    with desk.world.database() as session:
        one = session.scalar(select(Invitation))
        token = invitations.token_of(one)
        assert (one.locale, one.invited_by, one.import_id) == ("en", desk.person, import_id)
    answer = desk.world.browser().post(f"/welcome/{token}", {"name": "Ana", "password": "cuatro sillas verdes"})
    assert answer.location == "/account/consent"


def test_the_mails_leave_one_by_one_and_behind_other_mail(desk: Desk) -> None:
    desk.carry_out(desk.prepared(csv_of(*people(5))))
    with desk.world.database() as session:
        due = sorted(session.scalars(select(Job.due_at).where(Job.kind == "mail.invitation")))
        assert {later - earlier for earlier, later in pairwise(due)} == {timedelta(seconds=1)}
        jobs.sweep()
    assert len(outbox(desk.world.app)) < 5  # only those whose moment has come


def test_mails_can_wait_until_they_are_asked_for_once(desk: Desk) -> None:
    import_id = desk.prepared(csv_of(*people(3)), mail=False)
    desk.carry_out(import_id)
    assert desk.counts() == (3, 0)
    page = desk.browser().get(f"/people/imports/{import_id}").text
    assert "Los correos no han salido todavía" in page
    assert "sin enviar todavía" in desk.browser().get("/people/invitations").text
    for _twice in range(2):
        desk.browser().post(f"/people/imports/{import_id}/mail")
    assert desk.counts() == (3, 3)
    assert "sin enviar todavía" not in desk.browser().get("/people/invitations").text


def test_an_invitation_sent_by_hand_meanwhile_leaves_no_second_mail(desk: Desk) -> None:
    import_id = desk.prepared(csv_of(*people(2)), mail=False)
    desk.carry_out(import_id)
    with desk.world.database() as session, transaction():
        operations.resend(session.scalars(select(Invitation.id)).first(), by=desk.person, now=clock.now())
    desk.browser().post(f"/people/imports/{import_id}/mail")
    assert desk.counts() == (2, 2)


def test_what_changed_since_the_rehearsal_refuses_the_whole_import(desk: Desk) -> None:
    import_id = desk.prepared(csv_of(*people(1200)))
    account(desk.world, "persona1100@demo.test", "agent")
    with desk.world.database(), transaction():
        operations.invite(
            desk.world.here, "persona7@demo.test", "P", "agent", by=desk.person, locale="es", now=clock.now()
        )
    before = desk.counts()
    with pytest.raises(ImportChanged):
        desk.carry_out(import_id)
    assert desk.counts() == before
    page = desk.browser().get(f"/people/imports/{import_id}").text
    for words in (
        "Algo ha cambiado desde el ensayo",
        "Fila 9",
        "Fila 1102",
        "ya tiene ese papel",
        "Ya hay una invitación",
    ):
        assert words in page
    assert desk.one(import_id).bad_rows == 2


def test_a_role_lost_since_the_rehearsal_refuses_the_whole_import(desk: Desk) -> None:
    import_id = desk.prepared(csv_of(*people(2)))
    with desk.world.database() as session, transaction():
        from lms.people.models import Membership

        session.query(Membership).filter_by(person_id=desk.person).update({"until": datetime.now(UTC)})
    with pytest.raises(ImportChanged):
        desk.carry_out(import_id)
    assert desk.counts() == (0, 0)


def test_an_import_is_carried_out_once_however_often_it_is_asked(desk: Desk) -> None:
    import_id = desk.prepared(csv_of(*people(3)))
    assert [desk.carry_out(import_id) for _ in range(3)] == [3, 0, 0]
    assert desk.counts() == (3, 3)


def test_the_same_list_a_second_time_invites_nobody_again(desk: Desk) -> None:
    desk.carry_out(desk.prepared(csv_of(*people(3))))
    _judgement, found = desk.rehearse(csv_of(*people(3)))
    assert [(one.row, one.code) for one in found] == [(n, "invited-already") for n in (2, 3, 4)]


def test_a_kept_list_that_somebody_changed_on_disk_is_not_carried_out(desk: Desk) -> None:
    import_id = desk.prepared(csv_of(*people(3)))
    with desk.world.database():
        key = rehearsal.key(import_id, "rows")
        storage.put(key, (storage.get(key) or b"").replace(b"persona1@", b"otra@"))
    with pytest.raises(ImportNotWaiting):
        desk.carry_out(import_id)
    assert desk.counts() == (0, 0)
    assert desk.one(import_id).state == "dropped"


def test_the_trail_keeps_one_entry_with_digests_and_no_names(desk: Desk) -> None:
    import_id = desk.prepared(csv_of(*people(3)))
    desk.carry_out(import_id)
    with desk.world.database() as session:
        entry = session.scalar(select(AuditEntry).where(AuditEntry.action == "people.import"))
        assert entry.facts["invited"] == 3
        assert entry.facts["invitations"] == imports.list_digest(import_id)
        assert "demo.test" not in str(entry.facts)
        assert list(audit.verify(desk.world.here)) == []
        with transaction():  # an invitation that is added to the list afterwards shows
            session.add(
                Invitation(
                    federation_id=desk.world.here, email="x@demo.test", name="X", role="agent", nonce="n",
                    sent_at=clock.now(), expires_at=clock.now(), import_id=import_id,
                )
            )  # fmt: skip
        assert entry.facts["invitations"] != imports.list_digest(import_id)


def test_a_dropped_list_leaves_nothing_and_cannot_be_carried_out(desk: Desk) -> None:
    answer = desk.send(csv_of(*people(3)))
    desk.browser().post(f"{answer.location}/drop")
    assert files_of(desk, id_in(answer)) == []
    desk.browser().post(f"{answer.location}/run", {"mail": "y"})
    assert desk.counts() == (0, 0)
    assert desk.one(id_in(answer)).state == "dropped"


def test_after_a_day_a_list_is_forgotten(desk: Desk) -> None:
    answer = desk.send(csv_of(*people(3), ["", "", "", ""], ["x", "y", "", ""]))
    import_id = id_in(answer)
    with desk.world.database() as session:
        job = session.scalar(select(Job).where(Job.kind == "import.forget"))
        assert job.due_at - clock.now() > timedelta(hours=23)
        jobs.HANDLERS["import.forget"](job.payload)
    assert files_of(desk, import_id) == []
    assert desk.one(import_id).state == "dropped"


def test_a_large_file_is_read_by_a_job(desk: Desk) -> None:
    answer = desk.send(csv_of(*people(5000)))
    import_id = id_in(answer)
    assert (desk.one(import_id).state, desk.one(import_id).rows) == ("judged", 5000)
    assert len(files_of(desk, import_id)) == 2  # the people and (no) findings: the file itself is gone


def test_a_large_file_that_cannot_be_read_says_so_on_its_page(desk: Desk) -> None:
    answer = desk.send(csv_of(*people(5000), ['"Ana', "a", "b", "c"]))
    assert desk.one(id_in(answer)).state == "unreadable"
    assert "En la fila 5002 hay unas comillas" in desk.browser().get(answer.location).text


def test_while_it_waits_the_page_can_be_left_and_asked_again(desk: Desk) -> None:
    desk.world.app.extensions["lms_bell"] = str
    answer = desk.send(csv_of(*people(3)))
    desk.browser().post(f"{answer.location}/run", {"mail": "y"})
    page = desk.browser().get(answer.location).text
    assert "Puedes dejar esta página" in page
    assert "Actualizar" in page
    state = desk.browser().get(f"{answer.location}/progress").json
    assert state == {"over": False, "share": 0, "words": "0 de 3"}


def test_work_that_a_killed_worker_left_is_taken_up_by_the_next(desk: Desk) -> None:
    desk.world.app.extensions["lms_bell"] = str
    answer = desk.send(csv_of(*people(3)))
    desk.browser().post(f"{answer.location}/run", {"mail": "y"})
    with desk.world.database() as session, transaction():  # a worker has claimed it and is no more
        left = Job.kind == "import.carry-out"
        session.query(Job).filter(left).update({"state": "running", "due_at": clock.now() - timedelta(seconds=1)})
    with desk.world.database():
        jobs.sweep()
        jobs.sweep()
    assert desk.counts() == (3, 3)
    assert desk.one(id_in(answer)).state == "done"


def test_statements_grow_with_batches_and_not_with_rows(desk: Desk) -> None:
    def statements(count: int, first: int) -> int:
        import_id = desk.prepared(csv_of(*people(count, first)))
        with counted() as sent:
            desk.carry_out(import_id)
        return len(sent)

    statements(1, 0)  # the first entry of a chain takes two more
    one, three = statements(10, 1), statements(1500, 11)
    assert three - one == 2 * 4  # two reads and two writes for each further batch of 500
    assert one < 20


@pytest.mark.parametrize("path", ["", "/{id}"])
def test_the_pages_take_few_statements(desk: Desk, path: str) -> None:
    import_id = id_in(desk.send(csv_of(*people(60), *([["", "x", "y", "z"]] * 60))))
    browser = desk.browser()
    with counted() as sent:
        assert browser.get(f"/people/imports{path.format(id=import_id)}").status_code == 200
    assert len(sent) <= 8
