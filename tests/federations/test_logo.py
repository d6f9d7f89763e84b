"""A logo becomes a small PNG of our own; whatever else comes is refused with a sentence, and nothing is kept of it."""

import random
import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageFile

from lms.people.federations import logos
from lms.people.federations.refusals import LogoRefused
from tests.federations.place import picture, row, trail
from tests.world import Browser, World

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'


def sent(browser: Browser, content: bytes, name: str = "logo.png", kind: str = "image/png") -> Any:
    return browser.post("/federation/look/logo", {"logo": (BytesIO(content), name, kind)})


def bomb(side: int) -> bytes:
    """A PNG of a few hundred bytes that claims `side` × `side` points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (60, 60), colour) for colour in ("red", "green", "blue")]
    out = BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_kept_as_a_small_png_of_ours(kind: str) -> None:
    made = logos.read(picture(kind, (2000, 1000)))
    assert made.png.startswith(b"\x89PNG")
    assert (made.width, made.height) == (512, 256)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_can_be_read(mode: str) -> None:
    assert logos.read(picture("PNG", (40, 40), mode)).width == 40


def test_what_is_hidden_in_a_picture_is_left_out() -> None:
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    made = logos.read(picture("JPEG", exif=exif, comment=b"a secret comment"))
    assert b"secret" not in made.png
    assert Image.open(BytesIO(made.png)).info == {}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (SVG, "logo-svg"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'b'>]>" + SVG, "logo-svg"),
        (SVG.decode().encode("utf-16"), "logo-svg"),
        (bomb(50_000), "logo-large"),
        (bomb(4_100), "logo-large"),  # below what Pillow itself minds
        (moving("PNG"), "logo-animated"),
        (moving("WEBP"), "logo-animated"),
        (moving("GIF"), "logo-unknown"),
        (picture("PNG", (300, 300))[:-200], "logo-broken"),
        (picture("JPEG", (300, 300))[:400], "logo-broken"),
        (picture("WEBP", (300, 300))[:40], "logo-broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 200, "logo-broken"),
        (picture("PNG", (8, 8)), "logo-narrow"),
        (picture("PNG", (700, 30)), "logo-narrow"),
        (picture("BMP"), "logo-unknown"),
        (b"%PDF-1.7", "logo-unknown"),
        (b"MZ\x90", "logo-unknown"),
    ],
)
@pytest.mark.parametrize("lenient", [False, True])
def test_anything_else_is_refused_by_name(
    content: bytes, code: str, lenient: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)  # as WeasyPrint sets it for the whole process
    with pytest.raises(LogoRefused) as refused:
        logos.read(content)
    assert refused.value.code == code


def test_a_logo_of_some_megabytes_is_taken(world: World, admin: Browser) -> None:
    noise = Image.frombytes("RGB", (1000, 1000), random.Random(1).randbytes(3_000_000))
    out = BytesIO()
    noise.save(out, "PNG")
    body = upload(admin.token) + out.getvalue() + b"\r\n--b--\r\n"
    answer = admin.client.post("/federation/look/logo", data=body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 302
    assert row(world).look["logo"]["width"] == 512


def test_a_logo_is_served_to_everybody_as_what_it_is(world: World, admin: Browser) -> None:
    assert sent(admin, picture("JPEG"), "logo.svg", "image/svg+xml").status_code == 302
    kept = row(world).look["logo"]
    address = f"/federations/{world.here}/logo/{kept['digest']}.png"
    assert f'src="{address}" alt="" width="72" height="36"' in admin.get("/federation").text
    served = world.browser().get(address)
    assert served.content_type == "image/png"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in served.headers["Cache-Control"]
    assert served.data.startswith(b"\x89PNG")
    assert ("federation.logo", {"digest": kept["digest"]}) in trail(world)


def test_a_logo_is_no_other_federations_and_gone_once_it_is_taken_away(
    world: World, admin: Browser, other_admin: Browser
) -> None:
    sent(admin, picture())
    digest = row(world).look["logo"]["digest"]
    assert "/logo/" not in other_admin.get("/federation").text
    assert world.browser().get(f"/federations/{world.elsewhere}/logo/{digest}.png").status_code == 404
    assert admin.post("/federation/look/logo/remove").status_code == 302
    assert world.browser().get(f"/federations/{world.here}/logo/{digest}.png").status_code == 404


@pytest.mark.parametrize("digest", ["..%2f..%2fkeys%2fsecret", "a" * 32, "%00", "A", "x" * 500])
def test_no_other_file_is_served_by_a_logos_address(world: World, admin: Browser, digest: str) -> None:
    sent(admin, picture())
    assert world.browser().get(f"/federations/{world.here}/logo/{digest}.png").status_code in (400, 404)


def test_an_svg_is_refused_with_what_to_do_and_the_old_logo_stays(world: World, admin: Browser) -> None:
    sent(admin, picture())
    before = row(world).look
    answer = sent(admin, SVG)
    assert answer.status_code == 422
    assert "expórtalo como PNG" in answer.text
    assert row(world).look == before


@pytest.mark.parametrize("data", [{}, {"logo": ""}, {"logo": (b"", "logo.png")}, {"logo": "a text"}])
def test_no_file_is_refused_with_a_sentence(world: World, admin: Browser, data: dict[str, Any]) -> None:
    files = {name: (BytesIO(one[0]), one[1]) if isinstance(one, tuple) else one for name, one in data.items()}
    answer = admin.post("/federation/look/logo", files)
    assert answer.status_code == 422
    assert "Elige el archivo del logotipo" in answer.text


class Endless:
    """A sender that never stops; it counts what was taken from it."""

    def __init__(self, beginning: bytes) -> None:
        self.beginning, self.taken = beginning, 0

    def read(self, size: int = -1) -> bytes:
        size = 65_536 if size < 0 else size
        lines = b"x" * 62 + b"\r\n"  # without line breaks, the parser's own buffer would be the limit
        piece = (self.beginning[self.taken : self.taken + size] or lines * (size // 64 + 1))[:size]
        self.taken += len(piece)
        return piece

    def readline(self, size: int = -1) -> bytes:
        return self.read(size)


def upload(token: str) -> bytes:
    return (
        f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n--b\r\n'
        'Content-Disposition: form-data; name="logo"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
    ).encode()


@pytest.mark.parametrize("claim", ["500 MB", "nothing, in chunks"])
def test_a_body_beyond_the_limit_is_refused_before_it_fills_anything(world: World, admin: Browser, claim: str) -> None:
    sender = Endless(upload(admin.token))
    claimed: dict[str, Any] = {"CONTENT_LENGTH": "500000000"} if claim == "500 MB" else {"wsgi.input_terminated": True}
    answer = admin.client.post(
        "/federation/look/logo",
        content_type="multipart/form-data; boundary=b",
        environ_overrides={"wsgi.input": sender, **claimed},
    )
    assert answer.status_code == 413
    assert "Es demasiado grande" in answer.text
    assert sender.taken <= (0 if claim == "500 MB" else logos.LARGEST_FILE + 200_000)
    assert row(world).look == {}


def test_a_body_larger_than_it_claims_is_cut_where_it_claimed_to_end(world: World, admin: Browser) -> None:
    sender = Endless(upload(admin.token))
    answer = admin.client.post(
        "/federation/look/logo",
        content_type="multipart/form-data; boundary=b",
        environ_overrides={"wsgi.input": sender, "CONTENT_LENGTH": "5000"},
    )
    assert answer.status_code in (400, 422)
    assert sender.taken <= 5_000


def test_other_pages_take_no_more_than_before(admin: Browser) -> None:
    answer = admin.post("/federation", {"name": "x" * 1_200_000})
    assert answer.status_code == 413
