"""Associations and services of a federation: reads and writes. Writes go inside `transaction()`.

Both are closed with a date, never deleted. Names are unique among those that are open.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from lms import audit
from lms.db import db
from lms.ids import new_id
from lms.people.federations.models import Association
from lms.people.federations.refusals import AssociationUnknown, BodyClosed, BodyNameTaken
from lms.people.locking import hold
from lms.people.models import Service

Body = Association | Service
MOST = 500  # that a page lists


def associations(federation_id: UUID) -> list[Association]:
    """The federation's associations by name, the open ones first."""
    return _all(Association, federation_id)


def services(federation_id: UUID) -> list[Service]:
    """The federation's services by name, the open ones first."""
    return _all(Service, federation_id)


def _all(model: Any, federation_id: UUID) -> list[Any]:
    wanted = select(model).where(model.federation_id == federation_id)
    return list(db.session.scalars(wanted.order_by(model.closed_at.is_not(None), model.name).limit(MOST)))


def association(federation_id: UUID, association_id: UUID) -> Association | None:
    """An association of this federation."""
    return db.session.scalar(
        select(Association).where(Association.id == association_id, Association.federation_id == federation_id)
    )


def service(federation_id: UUID, service_id: UUID) -> Service | None:
    """A service of this federation."""
    return db.session.scalar(select(Service).where(Service.id == service_id, Service.federation_id == federation_id))


def _free(model: Any, federation_id: UUID, name: str, but: UUID | None = None) -> str:
    """The name as it is kept. Raises BodyNameTaken. Whoever asks holds the federation, so the answer stays true."""
    name = " ".join(name.split())
    taken = select(model.id).where(model.federation_id == federation_id, model.name == name, model.closed_at.is_(None))
    if but is not None:
        taken = taken.where(model.id != but)
    if db.session.scalar(taken.limit(1)) is not None:
        raise BodyNameTaken
    return name


def _within(federation_id: UUID, association_id: UUID | None) -> UUID | None:
    """The association, if it is an open one of this federation. Raises AssociationUnknown."""
    if association_id is None:
        return None
    found = association(federation_id, association_id)
    if found is None or found.closed_at is not None:
        raise AssociationUnknown
    return found.id


def create_association(federation_id: UUID, name: str, *, by: UUID, now: datetime) -> Association:
    """A new association. Raises BodyNameTaken."""
    hold(federation_id)
    made = Association(
        id=new_id(), federation_id=federation_id, name=_free(Association, federation_id, name), created_at=now
    )
    db.session.add(made)
    _noted("association.create", made, by, now)
    return made


def create_service(federation_id: UUID, name: str, association_id: UUID | None, *, by: UUID, now: datetime) -> Service:
    """A new service, perhaps of an association. Raises BodyNameTaken, AssociationUnknown."""
    hold(federation_id)
    made = Service(
        id=new_id(),
        federation_id=federation_id,
        name=_free(Service, federation_id, name),
        association_id=_within(federation_id, association_id),
    )
    db.session.add(made)
    _noted("service.create", made, by, now)
    return made


def rename_association(body: Association, name: str, *, by: UUID, now: datetime) -> None:
    """Another name. Raises BodyNameTaken, BodyClosed."""
    hold(body.federation_id)
    _change(body, {"name": _free(Association, body.federation_id, name, body.id)})
    _noted("association.rename", body, by, now)


def change_service(body: Service, name: str, association_id: UUID | None, *, by: UUID, now: datetime) -> None:
    """Another name or association. Raises BodyNameTaken, AssociationUnknown, BodyClosed."""
    hold(body.federation_id)
    # The association that it has already may have been closed meanwhile.
    if association_id != body.association_id:
        association_id = _within(body.federation_id, association_id)
    _change(body, {"name": _free(Service, body.federation_id, name, body.id), "association_id": association_id})
    _noted("service.change", body, by, now)


def close(body: Body, *, by: UUID, now: datetime) -> None:
    """It is no more, from now on; what names it stays. Raises BodyClosed."""
    _change(body, {"closed_at": now})
    _noted("association.close" if isinstance(body, Association) else "service.close", body, by, now)


def _change(body: Body, values: dict[str, Any]) -> None:
    model: Any = type(body)
    changed: Any = db.session.execute(
        update(model).where(model.id == body.id, model.closed_at.is_(None)).values(**values)
    )
    if changed.rowcount != 1:
        raise BodyClosed


def _noted(action: str, body: Body, by: UUID, now: datetime) -> None:
    kind = action.partition(".")[0]
    audit.record(action, f"{kind}:{body.id}", federation_id=body.federation_id, actor_id=by, now=now)
