"""The demonstration's conversations: an announcement and a question in the course for agents, one in the network, a hand asked for."""

from datetime import datetime, timedelta
from uuid import UUID

from courses.spaces import operations, queries
from courses.spaces.queries import Space
from lms.demo.roads import Courses


def begin(federation_id: UUID, accounts: dict[str, UUID], courses: Courses, now: datetime) -> None:
    """Tomás announces, Inés asks and is answered, two agents talk among themselves."""
    edition = courses.editions["apoyo-mutuo"].id

    def space(login: str) -> Space:
        found = queries.of_edition(edition, accounts[login])
        assert found is not None
        return found

    operations.announce(
        space("trainer"), "El jueves nos vemos en la sala 3",
        "La sala 2 está en obras. Se entra por la misma puerta y hay ascensor.\nQuien no pueda venir, que lo diga sin más.",
        by=accounts["trainer"], now=now - timedelta(days=2),
    )  # fmt: skip
    _talk(
        space("trainee"), accounts, "¿Cómo empezáis vosotras?", now - timedelta(days=3),
        ("trainee", "La primera mañana en un servicio me impone. ¿Qué dijisteis al llegar?", ""),
        ("trainee2", "Mi nombre y que venía a acompañar, nada más. El resto salió solo.", ""),
        ("agent", "Yo conté de dónde venía demasiado pronto, y me pesó toda la semana. Ahora espero.", "un ingreso"),
    )  # fmt: skip
    network = Space(federation_id, None, "", None, None, None, network=True)
    _talk(
        network, accounts, "Después de un encuentro difícil", now - timedelta(days=6),
        ("agent", "¿Qué hacéis para soltarlo antes de llegar a casa?", ""),
        ("senior", "Diez minutos andando sin auriculares, y una línea en el cuaderno. A veces llamo a Rubén.", ""),
    )  # fmt: skip
    operations.ask_hand(
        space("trainee2"), "El cuestionario del módulo 4 no me sale. ¿Podemos verlo un rato el jueves?",
        by=accounts["trainee2"], now=now - timedelta(hours=20),
    )  # fmt: skip


def _talk(space: Space, accounts: dict[str, UUID], title: str, began: datetime, *said: tuple[str, str, str]) -> None:
    (first, text, notice), *answers = said
    thread_id = operations.begin(space, title, text, notice=notice, by=accounts[first], now=began)
    for number, (login, words, weighs) in enumerate(answers, 1):
        there = queries.of_thread(thread_id, accounts[login])
        assert there is not None
        operations.say(there, words, notice=weighs, by=accounts[login], now=began + number * timedelta(hours=5))
