"""What the same work costs in Moodle, and what we aim at. Measured once, on a machine like this one: docs/speed.md."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peer:
    """Moodle 5.1, PHP 8.2-FPM with opcache, MariaDB, Redis cache: CPU ms of all server processes, SQL statements."""

    low: float
    high: float
    statements: int


# The floor's page with one row, on the machine where the peers were measured: CPU ms. Machines differ by more than systems do,
# so the peers' figures are scaled by what the same page costs here.
FLOOR_THERE = {"SQLite": 1.3, "PostgreSQL": 2.4}

SIGN_IN = Peer(19, 21, 6)
COURSE = Peer(137, 144, 33)
LESSON = Peer(76, 91, 37)
DESK = Peer(101, 118, 37)
QUIZ_PAGE = Peer(87, 94, 48)
QUIZ = Peer(445, 484, 310)
PDF = Peer(650, 720, 37)
VERIFY = Peer(45, 59, 30)
BADGE = Peer(15, 15, 28)


@dataclass(frozen=True, slots=True)
class Aim:
    """`floor`: at most so many times the floor's CPU. `peer`: at least so many times less CPU than the peer's low figure.
    `statements`: at most so many for any one request."""

    floor: float | None = None
    peer: float | None = None
    statements: int | None = 8
