"""Sealed text opens with its key, in its place, unchanged; and in no other way."""

import threading
from pathlib import Path

import pytest
from flask import Flask

from lms import keys
from lms.sealing import Unopenable, mark_of, seal, unseal
from tests.world import NOW

NAME = "Renée Ñandú García"


@pytest.fixture(autouse=True)
def _in_the_app(app: Flask) -> object:
    with app.app_context():
        yield


def test_what_was_sealed_opens_in_its_place() -> None:
    sealed = seal(NAME, "legal-name:1")
    assert unseal(sealed, "legal-name:1") == NAME
    assert NAME.encode() not in sealed


def test_a_sealed_text_that_is_moved_to_another_place_stays_shut() -> None:
    with pytest.raises(Unopenable):
        unseal(seal(NAME, "legal-name:1"), "legal-name:2")


def test_no_byte_of_a_sealed_text_can_be_changed() -> None:
    sealed = seal("Ana", "x")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(Unopenable):
            unseal(bytes(changed), "x")


def test_a_cut_text_stays_shut() -> None:
    sealed = seal("Ana", "x")
    for length in (0, 1, 9, 21, 40, len(sealed) - 1):
        with pytest.raises(Unopenable):
            unseal(sealed[:length], "x")


def test_the_length_of_a_name_does_not_show() -> None:
    assert len({len(seal("a" * length, "x")) for length in (0, 1, 20, 63)}) == 1


def test_the_same_text_is_sealed_otherwise_each_time() -> None:
    assert len({seal(NAME, "x") for _ in range(20)}) == 20


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    before = seal(NAME, "x")
    keys.add(NOW)
    after = seal(NAME, "x")
    assert mark_of(before) != mark_of(after)
    assert [unseal(one, "x") for one in (before, after)] == [NAME, NAME]


def test_without_its_key_a_text_stays_shut_and_is_there_when_the_key_comes_back() -> None:
    sealed, kept = seal(NAME, "x"), keys.path().read_bytes()
    keys.path().unlink()
    with pytest.raises(Unopenable) as refusal:
        unseal(sealed, "x")
    assert "No se ha perdido nada" in str(refusal.value)
    keys.path().write_bytes(kept)
    assert unseal(sealed, "x") == NAME


@pytest.mark.parametrize("content", ["nonsense", "AAAA", "é\n", "\x00"])
def test_a_broken_key_is_a_refusal_and_is_not_replaced(content: str) -> None:
    keys.path().parent.mkdir(exist_ok=True)
    keys.path().write_text(content)
    with pytest.raises(Unopenable):
        seal(NAME, "x")
    assert keys.path().read_text() == content


def test_the_key_is_nobody_elses_to_read(app: Flask) -> None:
    seal(NAME, "x")
    assert keys.path().stat().st_mode & 0o077 == 0
    assert Path(app.config["LMS_HOME"]) in keys.path().parents


def test_keys_from_the_setting_open_and_the_first_seals(app: Flask) -> None:
    new, old = keys.fresh(), keys.fresh()
    app.config["MASTER_KEY"] = old
    before = seal(NAME, "x")
    app.config["MASTER_KEY"] = f"{new}, {old}"
    assert unseal(before, "x") == NAME
    assert mark_of(seal(NAME, "x")) == keys.present()[0].mark != mark_of(before)


def test_two_that_seal_first_at_once_use_one_key(app: Flask) -> None:
    gate, sealed = threading.Barrier(8), []

    def first() -> None:
        with app.app_context():
            gate.wait()
            sealed.append(seal(NAME, "x"))

    threads = [threading.Thread(target=first) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys.present()) == 1
    assert [unseal(one, "x") for one in sealed] == [NAME] * 8


def test_a_key_does_not_stand_in_its_words() -> None:
    seal(NAME, "x")
    assert keys.present()[0].secret.hex() not in repr(keys.present())
    assert "secret" not in repr(keys.present())
