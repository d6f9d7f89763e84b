"""A mail server that misbehaves as it is told to, on a socket of its own."""

import socket
from collections.abc import Callable
from contextlib import suppress
from email import message_from_bytes
from threading import Event, Thread
from typing import Any


class Server:
    """Answers each command as `answers` says (`""` is the greeting, `.` the end of a mail), 250 otherwise.

    An empty answer closes the connection; None is silence. `taken` are the mails whose end it has read.
    """

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._listening.close()
        self.taken: list[Any] = []
        self.connections = 0
        self._over = Event()

    def stand(self, **answers: bytes | None) -> None:
        """Come up with these answers: `hello`, `rcpt`, `data`, `end`, `quit`. What stood before goes away."""
        self.fall()
        self._over = Event()
        self._listening = socket.create_server(("127.0.0.1", self.port))
        Thread(target=self._serve, args=(self._listening, answers), daemon=True).start()

    def fall(self) -> None:
        """Go away: connections are refused from now on."""
        self._over.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _serve(self, listening: socket.socket, answers: dict[str, bytes | None]) -> None:
        with suppress(OSError):
            while True:
                connection, _address = listening.accept()
                self.connections += 1
                Thread(target=self._talk, args=(connection, answers), daemon=True).start()

    def _talk(self, connection: socket.socket, answers: dict[str, bytes | None]) -> None:
        with connection, connection.makefile("rb") as lines, suppress(OSError):
            self._listen(lines, self._mouth(connection, answers), answers)

    def _listen(self, lines: Any, say: Callable[[str, bytes], bool], answers: dict[str, bytes | None]) -> None:
        if not say("hello", b"220 here\r\n"):
            return
        while line := lines.readline():
            command = line[:4].decode().strip().lower()
            if command == "data":
                if not say("data", b"354 go on\r\n"):
                    return
                if answers.get("data") is None:
                    content = b"".join(iter(lines.readline, b".\r\n"))
                    self.taken.append(message_from_bytes(content))
                    command = "end"
                else:
                    continue
            if not say(command, b"250 good\r\n"):
                return

    def _mouth(self, connection: socket.socket, answers: dict[str, bytes | None]) -> Callable[[str, bytes], bool]:
        def say(command: str, usual: bytes) -> bool:
            answer = answers.get(command, usual)
            if answer is None:
                self._over.wait(10)  # silent for longer than anybody waits here
                return False
            if answer:
                connection.sendall(answer)
            return bool(answer)

        return say
