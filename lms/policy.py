"""Who may do what: one table, one function of (actor, action, thing).

Each route declares its action (`@declares`); the app refuses a route without one. An action names the roles that may do it
and, where it is done to a thing, what must hold between actor and thing. Things are rows (or anything with the attributes
that a relation reads): `federation_id` always, and `person_id`, `mentor_id`, … as the relation asks.
What one may not see does not exist: a refusal is a 404.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from werkzeug.exceptions import NotFound

ROLES = (
    "admin", "registrar", "author", "trainer", "assessor", "senior", "agent", "professional", "reference", "ombudsperson",
)  # fmt: skip
# Those who issue, sign or administer: a second factor is asked of them (where the federation has not waived it).
SECOND_FACTOR_ROLES = frozenset({"admin", "registrar", "senior"})


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts, as loaded once for the request."""

    person_id: UUID
    federation_id: UUID | None
    roles: frozenset[str]  # in force, in `federation_id`
    name: str
    locale: str
    timezone: str
    federation_name: str
    sign_in_id: UUID
    confirmed_at: datetime  # when the person last proved who they are (password, second factor or passkey)
    second_factor: bool  # whether a second factor took part in that
    owes_second_factor: bool  # a role of theirs asks for one and it has not been given
    consented: bool  # to the text in force
    unread: int = 0  # messages, up to 100
    languages: tuple[str, ...] = ("es", "en")  # that the federation offers, its own first
    look: Mapping[str, Any] = field(default_factory=dict)  # the federation's logo and colours
    reading: Mapping[str, str] | None = None  # what lms.reading shows; None or empty: nothing was chosen

    def has(self, *roles: str) -> bool:
        """Whether any of `roles` is held."""
        return not self.roles.isdisjoint(roles)


Relation = Callable[[Actor, Any], bool]


def own(actor: Actor, thing: Any) -> bool:
    """The thing is about the actor."""
    return thing.person_id == actor.person_id


def not_own(actor: Actor, thing: Any) -> bool:
    """The thing is about somebody else."""
    return thing.person_id != actor.person_id


def own_mentor(actor: Actor, thing: Any) -> bool:
    """The actor is the mentor named in the thing, and acts in the federation for which they accompany.

    That is the thing's own, or another one (`mentor_federation_id`) that it recognises: whether it still does is judged
    with the deed.
    """
    theirs = thing.mentor_federation_id or thing.federation_id
    return theirs == actor.federation_id and thing.mentor_id == actor.person_id != thing.person_id


def party(actor: Actor, thing: Any) -> bool:
    """The actor is one of the two sides, or keeps the federation's register."""
    here = thing.federation_id == actor.federation_id
    return own_mentor(actor, thing) or (here and own_or_registrar(actor, thing))


def counterparty(actor: Actor, thing: Any) -> bool:
    """Of the two sides, the one who did not write it: nobody signs their own hours."""
    return actor.person_id in (thing.person_id, thing.mentor_id) and actor.person_id != thing.author_id


def mentor_and_counterparty(actor: Actor, thing: Any) -> bool:
    """The mentor of the session, provided that somebody else wrote it and it is not about them."""
    return own_mentor(actor, thing) and counterparty(actor, thing)


def own_or_registrar(actor: Actor, thing: Any) -> bool:
    """The person, or who keeps the register."""
    return thing.person_id == actor.person_id or actor.has("registrar")


def own_or_shared(actor: Actor, thing: Any) -> bool:
    """The thing is the actor's, or was given to them to read."""
    return own(actor, thing) or (actor.has("senior") and shared_with(actor, thing))


def shared_with(actor: Actor, thing: Any) -> bool:
    """Somebody else gave the thing to the actor to read, and has not taken it back."""
    return actor.person_id in thing.readers and thing.person_id != actor.person_id


def in_space(actor: Actor, thing: Any) -> bool:
    """Learns or teaches where this is talked of; the network is the agents'."""
    if thing.network:
        return actor.has("agent", "senior")
    return actor.person_id in (thing.learner_id, thing.trainer_id)


def keeps_space(actor: Actor, thing: Any) -> bool:
    """Looks after a space: whoever teaches the edition; for the network, senior agents."""
    return actor.has("senior") if thing.network else thing.trainer_id == actor.person_id


def trains(actor: Actor, thing: Any) -> bool:
    """Teaches the edition, not only keeps its register."""
    return thing.trainer_id == actor.person_id


def learns(actor: Actor, thing: Any) -> bool:
    """Is in the edition."""
    return thing.learner_id == actor.person_id


def office_or_teaches(actor: Actor, thing: Any) -> bool:
    """Who keeps the register or administers; of those who train, whoever teaches this edition."""
    return actor.has("registrar", "admin") or thing.teacher_id == actor.person_id


def observer(actor: Actor, thing: Any) -> bool:
    """The person observed, who observed, or who keeps the register."""
    return actor.person_id in (thing.person_id, thing.assessor_id) or actor.has("registrar")


def teaches(actor: Actor, thing: Any) -> bool:
    """The actor teaches the edition, or keeps the federation's register."""
    return actor.person_id in thing.trainer_ids or actor.has("registrar")


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table. `roles` empty: anyone signed in (or anyone at all when `public`)."""

    roles: frozenset[str] = frozenset()
    relation: Relation | None = None
    public: bool = False
    fresh: bool = False  # asks to prove again who one is when that was long ago
    before_consent: bool = False  # may be done before consent has been given, or after it was withdrawn
    before_second_factor: bool = False  # may be done while a second factor is owed
    abroad: bool = False  # the relation itself says in which federation; otherwise the thing's is the actor's


def _public() -> Rule:
    return Rule(public=True)


def _at_the_door() -> Rule:
    """What leads to consent and to a second factor, and away."""
    return Rule(before_consent=True, before_second_factor=True)


def _signed_in(relation: Relation | None = None, *, fresh: bool = False, before_consent: bool = False) -> Rule:
    return Rule(relation=relation, fresh=fresh, before_consent=before_consent)


def _role(*roles: str, relation: Relation | None = None, fresh: bool = False, abroad: bool = False) -> Rule:
    return Rule(frozenset(roles), relation, fresh=fresh, abroad=abroad)


RULES: dict[str, Rule] = {
    # platform and people
    "page.read": _public(),
    "session.begin": _public(),  # sign in, reset, second factor: Flask-Security's own pages
    "session.end": _public(),
    "invitation.accept": _public(),
    "desk.read": _public(),  # the visitor's page or one's own desk
    "account.read": _at_the_door(),
    "account.change": _at_the_door(),
    "account.secure": _at_the_door(),
    "identity.connect": _signed_in(fresh=True, before_consent=True),
    "identity.disconnect": _signed_in(fresh=True, before_consent=True),
    "consent.give": _at_the_door(),
    "reading.choose": _public(),
    "legal-name.change": _signed_in(),
    "workplace.read": _signed_in(),
    "workplace.say": _signed_in(),
    "legal-name.see": _signed_in(fresh=True),  # one's own
    "legal-name.view": _role("registrar", relation=not_own, fresh=True),  # where a certificate needs it
    "document.acknowledge": _signed_in(),
    # One's own data, with or without consent.
    "privacy.read": _signed_in(before_consent=True),
    "copy.ask": _signed_in(fresh=True, before_consent=True),
    "copy.read": _signed_in(fresh=True, before_consent=True),
    "correction.ask": _signed_in(before_consent=True),
    "erasure.ask": _signed_in(fresh=True, before_consent=True),
    "erasure.call-back": _signed_in(before_consent=True),
    "correction.list": _role("registrar"),
    "correction.answer": _role("registrar", relation=not_own),
    "retention.read": _role("admin"),
    "retention.rehearse": _role("admin"),
    "styleguide.read": _public(),
    "message.read": _signed_in(before_consent=True),
    "message.choose": _signed_in(before_consent=True),
    "message.stop": _public(),
    "announcement.make": _role("registrar", "admin"),
    "people.list": _role("registrar", "admin"),
    "people.read": _role("registrar", "admin"),
    "invitation.list": _role("registrar", "admin"),
    "invitation.send": _role("registrar", "admin"),
    "invitation.change": _role("registrar", "admin"),
    "people.import": _role("registrar", "admin"),
    # the federation itself
    "federation.look": _public(),  # its logo and colours
    "federation.change": _role("admin"),
    "document.list": _role("registrar", "admin"),
    "document.write": _role("admin"),
    "document.publish": _role("admin", fresh=True),
    "retention.change": _role("admin", fresh=True),
    "agreement.list": _role("admin"),
    "agreement.change": _role("admin", fresh=True),
    "lrs.read": _role("admin"),
    "lrs.change": _role("admin", fresh=True),
    "trail.read": _role("admin"),
    "trail.export": _role("admin", fresh=True),
    "role.change": _role("admin", "registrar", relation=not_own, fresh=True),  # which ones: people.rules.invitable
    "role.mine": _at_the_door(),
    "role.leave": Rule(relation=own, fresh=True, before_consent=True, before_second_factor=True),
    "member.pause": _role("admin", relation=not_own, fresh=True),
    # courses
    "course.read": _public(),
    "course.write": _role("author", "admin"),
    "course.publish": _role("author", "admin"),
    "edition.list": _role("registrar", "trainer", "author"),
    "edition.create": _role("registrar"),
    "edition.change": _role("registrar"),
    "edition.move": _role("registrar"),  # to a newer version of its course
    "edition.read": _role("registrar", "trainer"),
    "edition.teach": _role("registrar", "trainer", relation=teaches),
    "edition.wait": _role("agent", "professional", "senior"),
    "meeting.arrive": _signed_in(),  # with the code of the room; whether one is in its edition, the deed says
    "enrolment.change": _signed_in(own),
    "calendar.choose": _signed_in(),
    "calendar.read": _public(),  # the address is the secret
    "edition.ask": _public(),
    "talk.read": _signed_in(in_space),
    "talk.say": _signed_in(in_space),
    "talk.moderate": _signed_in(keeps_space),
    "post.change": _signed_in(own),
    "network.read": _role("agent", "senior"),
    "network.say": _role("agent", "senior"),
    "hand.list": _signed_in(trains),
    "hand.ask": _signed_in(learns),
    "report.list": _role("registrar", "admin", "trainer"),
    "report.read": _role("registrar", "admin", "trainer", relation=office_or_teaches),
    "report.services": _role("registrar", "admin"),
    "edition.enrol": _role("agent", "professional", "senior"),
    "enrolment.read": _signed_in(own),
    "enrolment.study": _signed_in(own),
    "reflection.write": _signed_in(own),
    "search.read": _public(),  # each finds what they may read
    "note.read": _signed_in(own),
    "note.write": _signed_in(own),
    # packages that a federation brings
    "package.list": _role("author", "registrar", "trainer"),
    "package.bring": _role("author", "registrar"),
    "package.run": _public(),  # on the packages' own origin, with a signed address
    # modules on a phone
    "phone.read": _signed_in(),
    "phone.begin": _signed_in(),
    "phone.keep": _signed_in(own),
    "deed.send": _signed_in(),  # each is judged by what it does
    "media.read": _public(),  # a lesson's files: whoever may read the lesson (courses.media.file_queries)
    "voice.keep": _signed_in(own),
    "voice.hear": _signed_in(own_or_shared),
    "reflection.share": _signed_in(own),
    "reflection.take-back": _signed_in(own),
    "reflection.shared": _signed_in(),
    "reflection.see": _signed_in(own_or_shared),
    "reflection.answer": _role("senior", relation=shared_with),
    "care.write": _signed_in(),  # one's own plan of self-care
    # mentoring
    "pairing.list": _role("registrar"),
    "pairing.create": _role("registrar"),
    "pairing.end": _role("registrar"),
    "hours.read": _role("agent", "senior"),
    "hours.log": _role("agent", relation=own),  # the mentor writes none, so that signing is a second pair of eyes
    "hours.see": Rule(relation=party, abroad=True),
    "hours.correct": _signed_in(lambda actor, thing: thing.author_id == actor.person_id),
    "hours.sign": _role("senior", relation=mentor_and_counterparty, abroad=True),
    "hours.return": _role("senior", relation=mentor_and_counterparty, abroad=True),
    "hours.reverse": _role("senior", relation=own_mentor, abroad=True),
    # assessments
    "quiz.read": _signed_in(own),
    "attempt.start": _signed_in(own),
    "attempt.read": _signed_in(own),
    "attempt.answer": _signed_in(own),
    "attempt.submit": _signed_in(own),
    "competency.read": _role("agent", "senior"),
    "observation.list": _role("assessor"),
    "observation.record": _role("assessor", relation=not_own),
    "observation.read": _signed_in(observer),
    # certificates
    "road.read": _role("agent", "senior"),
    "dossier.apply": _role("agent", "senior"),
    "dossier.list": _role("registrar"),
    "dossier.read": _signed_in(own_or_registrar),
    "dossier.decide": _role("registrar", relation=not_own, fresh=True),
    "certificate.issue": _role("registrar", relation=not_own, fresh=True),
    # Whoever withdraws consent keeps their certificate, and may hide their name.
    "certificate.mine": _signed_in(before_consent=True),
    "certificate.read": _signed_in(own_or_registrar, before_consent=True),
    "certificate.share": _signed_in(own, before_consent=True),
    "register.read": _role("registrar"),
    "certificate.revoke": _role("registrar", relation=not_own, fresh=True),
    "certificate.suspend": _role("registrar", relation=not_own, fresh=True),
    "certificate.verify": _public(),
    # Certificates of completion follow from the rule of an edition.
    "completion.ask": _signed_in(own),
    "completion.issue": _role("registrar", fresh=True),
}


def may(actor: Actor | None, action: str, thing: Any = None) -> bool:
    """Whether `actor` may do `action`, to `thing` if one is given; without a thing, whether the role allows it at all.

    Raises KeyError for an action that is not in the table: a mistake of ours, never an answer.
    """
    rule = RULES[action]
    if rule.public:
        return True
    if actor is None or (rule.roles and rule.roles.isdisjoint(actor.roles)):
        return False
    if thing is None:
        return True
    if thing.federation_id != actor.federation_id and not rule.abroad:
        return False
    return rule.relation is None or rule.relation(actor, thing)


ThingT = TypeVar("ThingT")


def guard(actor: Actor | None, action: str, thing: ThingT | None) -> ThingT:
    """`thing`, if it is there and `actor` may do `action` to it; otherwise 404, the same for both."""
    if thing is None or not may(actor, action, thing):
        raise NotFound
    return thing


ViewT = TypeVar("ViewT", bound=Callable[..., Any])


def declares(action: str, **by_method: str) -> Callable[[ViewT], ViewT]:
    """Mark a view with its action; `by_method` names another one for a method, e.g. `POST="dossier.decide"`."""
    for name in (action, *by_method.values()):
        RULES[name]

    def mark(view: ViewT) -> ViewT:
        view.action = action  # type: ignore[attr-defined]
        view.action_by_method = by_method  # type: ignore[attr-defined]
        return view

    return mark


def action_of(view: Any, method: str) -> str | None:
    """The action that a view declares for a request method, if it declares one."""
    return getattr(view, "action_by_method", {}).get(method) or getattr(view, "action", None)
