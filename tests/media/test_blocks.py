"""Sound, video and sheets in a text: what they become, and what their author is told."""

import pytest

from lms import captions, filetypes, markup
from lms.media_blocks import File
from tests.media import files

DIGEST = "0123456789abcdef" * 2
FILES = {
    name: File(name, filetypes.kind_of(content), len(content), DIGEST, 40, 30)
    for name, content in {
        "charla.webm": files.webm(film=True),
        "charla.vtt": files.CAPTIONS,
        "voz.ogg": files.ogg(),
        "hoja.pdf": files.PDF,
        "plantilla.odt": files.odt(),
        "foto.png": files.picture(),
    }.items()
}
VIDEO = "/// video | Una charla\nsrc: charla.webm\ncaptions: charla.vtt\n\n**Rosa:** Hola.\n///"
AUDIO = "/// audio | Una voz\nsrc: voz.ogg\n\nHola.\n///"


def told(text: str) -> list[tuple[int, str]]:
    return [(fault.line, str(fault.sentence)) for fault in markup.convert(text, files=FILES).faults]


def test_a_video_is_the_browsers_own_player_with_captions_and_its_transcript() -> None:
    html = markup.render(VIDEO, files=FILES)
    assert f'src="/media/{DIGEST}/charla.webm"' in html
    assert f'<track kind="captions" srclang="es" label="Español" src="/media/{DIGEST}/charla.vtt" default' in html
    assert 'preload="none"' in html
    assert "<summary>Lo que se oye, por escrito</summary><p><strong>Rosa:</strong> Hola.</p></details>" in html


def test_a_sheet_says_what_it_is_and_how_large() -> None:
    html = markup.render("/// download | Tu semana\nsrc: hoja.pdf\nPara la nevera.\n///", files=FILES)
    assert f'<a href="/media/{DIGEST}/hoja.pdf"' in html
    assert "(PDF, 1 kB)" in html
    assert "<p>Para la nevera.</p>" in html
    assert "plantilla.odt</a> (ODT, 1 kB)" in markup.render("/// download | T\nsrc: plantilla.odt\n///", files=FILES)


def test_a_photograph_is_a_file_with_its_size() -> None:
    html = markup.render("![Una sala](foto.png)", files=FILES)
    assert f'src="/media/{DIGEST}/foto.png"' in html
    assert 'width="40"' in html
    assert 'loading="lazy"' in html


def test_the_plan_and_a_document_are_led_to() -> None:
    assert '<a href="/care" rel="noopener noreferrer">Abrir mi plan de cuidado</a>' in markup.render(
        "/// care | Tu plan\nEscribe la primera versión.\n///"
    )
    html = markup.render("/// acknowledge | El código\ndocument: code-of-ethics\nLéelo.\n///", locale="en")
    assert '<section id="accept-code-of-ethics">' in html
    assert 'href="/account/documents/code-of-ethics"' in html
    assert "Read the text and accept it" in html


def test_each_question_to_talk_about_has_a_place_of_its_own() -> None:
    html = markup.render("/// discuss | A\n¿Qué?\n///\n\n/// discuss | B\n¿Qué?\n///")
    assert '<section id="discuss-1"></section>' in html
    assert '<section id="discuss-2"></section>' in html


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (VIDEO.replace("captions: charla.vtt\n", ""), 2, "captions"),
        (VIDEO.replace("**Rosa:** Hola.", ""), 2, "transcripción"),
        (AUDIO.replace("Hola.", ""), 2, "transcripción"),
        (AUDIO.replace("src: voz.ogg\n", ""), 2, "src"),
        (AUDIO.replace("voz.ogg", "otra.ogg"), 2, "ningún archivo"),
        (AUDIO.replace("voz.ogg", "hoja.pdf"), 2, "no es un archivo"),
        (VIDEO.replace("charla.vtt", "hoja.pdf"), 3, "no es un archivo"),
        (AUDIO.replace("voz.ogg", "../voz.ogg"), 2, "no sirve"),
        (AUDIO.replace("voz.ogg", "/etc/passwd"), 2, "no sirve"),
        (AUDIO.replace("voz.ogg", "https://example.org/voz.ogg"), 2, "no sirve"),
        (AUDIO.replace("voz.ogg", "javascript:alert(1)"), 2, "no sirve"),
        (AUDIO.replace("src: voz.ogg", "src: voz.ogg\nsrc: voz.ogg"), 3, "dos veces"),
        (AUDIO.replace("src: voz.ogg", "src: voz.ogg\ncaptions: charla.vtt"), 3, "no va aquí"),
        ("/// acknowledge | T\nTexto.\n///", 2, "code-of-ethics"),
        ("/// acknowledge | T\ndocument: consent-registry\n///", 2, "code-of-ethics"),
        ("![Algo](https://example.org/a.png)", 1, "imagen"),
        ("![Algo](charla.webm)", 1, "imagen"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, words: str) -> None:
    found = told(text)
    assert any(at == line and words in said for at, said in found), found
    assert "example.org" not in markup.convert(text, files=FILES).html
    assert "passwd" not in markup.convert(text, files=FILES).html


def test_captions_are_plain_and_in_order() -> None:
    assert list(captions.faults(files.CAPTIONS)) == []
    assert list(captions.faults(files.CAPTIONS.replace(b"\n", b"\r\n"))) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (b"Hola.", b"<script>alert(1)</script>", 6),
        (b"Hola.", b"<img src=x onerror=alert(1)>", 6),
        (b"Hola.", b"<v Rosa onclick=x>Hola.", 6),
        (b"NOTE Hecho", b"STYLE\n::cue {}\n\nNOTE Hecho", 3),
        (b"00:00.000 --> 00:01.500", b"00:02.000 --> 00:01.500", 5),
        (b"00:01.500 --> 00:03.000", b"00:99.500 --> 1", 8),
        (b"Hola.", b"\xff\xfe", 6),
    ],
)
def test_what_is_wrong_in_captions_is_said_with_its_line(old: bytes, new: bytes, line: int) -> None:
    assert old in files.CAPTIONS
    assert line in [fault.line for fault in captions.faults(files.CAPTIONS.replace(old, new, 1))]


def test_captions_beyond_all_measure_are_not_read() -> None:
    assert len(list(captions.faults(b"WEBVTT\n\n" + b"<a" * 200_000))) == 1


def test_a_file_is_what_its_bytes_say() -> None:
    assert filetypes.kind_of(files.webm()) is filetypes.WEBM_SOUND
    assert filetypes.kind_of(files.webm(film=True)) is filetypes.WEBM
    assert filetypes.kind_of(files.mp4()) is filetypes.M4A
    assert filetypes.kind_of(files.wav()) is filetypes.WAV
    assert filetypes.kind_of(files.picture("JPEG")) is filetypes.JPEG
    for other in (b"", b"<svg xmlns=", b"<!doctype html>", b"MZ\x90", b"PK\x03\x04" + bytes(40), b"GIF89a", b"RIFF"):
        assert filetypes.kind_of(other) is None
