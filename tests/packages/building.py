"""Small packages that really speak SCORM, and archives that were made to do harm."""

import io
from zipfile import ZIP_DEFLATED, ZipFile

HEAD_12 = (
    '<manifest identifier="m" version="1.0" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" '
    'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">'
    "<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>"
)
HEAD_2004 = (
    '<manifest identifier="m" version="1" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" '
    'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss">'
    "<metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>"
)

FIND = """
function find(name) { for (let w = window, n = 0; n < 10; n++) { if (w[name]) return w[name]; if (w === w.parent) break; w = w.parent; } return null; }
function say(words) { document.getElementById('said').textContent = words; }
"""

# Says where it was left and goes on; on the button it is passed with 80 of 100. Like real ones, it finishes when it is left.
PLAY_12 = (
    FIND
    + """
const api = find('API');
window.addEventListener('load', () => {
  const begun = api.LMSInitialize('');
  const place = api.LMSGetValue('cmi.core.lesson_location') || 'ninguna';
  say(begun + ' ' + place + ' ' + (api.LMSGetValue('cmi.suspend_data') || 'nada') + ' ' + api.LMSGetValue('cmi.core.student_name')
    + ' ' + api.LMSGetValue('cmi.student_data.mastery_score'));
  document.getElementById('half').onclick = () => {
    api.LMSSetValue('cmi.core.lesson_location', 'página 3');
    api.LMSSetValue('cmi.suspend_data', 'a=1;ñ');
    api.LMSSetValue('cmi.core.lesson_status', 'incomplete');
    api.LMSSetValue('cmi.core.session_time', '00:00:07');
    api.LMSSetValue('cmi.core.exit', 'suspend');
    say('guardado ' + api.LMSCommit(''));
  };
  document.getElementById('whole').onclick = () => {
    api.LMSSetValue('cmi.core.score.raw', '80');
    api.LMSSetValue('cmi.core.lesson_status', 'passed');
    say('hecho ' + api.LMSFinish(''));
  };
});
"""
)
PLAY_2004 = (
    FIND
    + """
const api = find('API_1484_11');
window.addEventListener('load', () => {
  const begun = api.Initialize('');
  say(begun + ' ' + (api.GetValue('cmi.location') || 'ninguna') + ' ' + (api.GetValue('cmi.suspend_data') || 'nada')
    + ' ' + api.GetValue('cmi.launch_data'));
  document.getElementById('half').onclick = () => {
    api.SetValue('cmi.location', 'pantalla 2');
    api.SetValue('cmi.suspend_data', 'b=2');
    api.SetValue('cmi.completion_status', 'incomplete');
    api.SetValue('cmi.session_time', 'PT9S');
    api.SetValue('cmi.exit', 'suspend');
    say('guardado ' + api.Commit(''));
  };
  document.getElementById('quiet').onclick = () => { api.SetValue('cmi.location', 'pantalla 4'); say('callado'); };
  document.getElementById('whole').onclick = () => {
    api.SetValue('cmi.score.scaled', '0.9');
    api.SetValue('cmi.success_status', 'passed');
    api.SetValue('cmi.completion_status', 'completed');
    say('hecho ' + api.Terminate(''));
  };
});
"""
)
PAGE = (
    '<!doctype html><html lang="es"><meta charset="utf-8"><title>Escucha</title><link rel="stylesheet" href="css/style.css">'
    '<h1>Escuchar sin prisa</h1><p id="said"></p><button id="half">Dejarlo a medias</button><button id="whole">Terminar</button><button id="quiet">Seguir sin decirlo</button>'
    '<script src="js/play.js"></script></html>'
)


def item(identifier: str, title: str, more: str = "") -> str:
    """An item of an organisation that opens the resource `r-<identifier>`."""
    return f'<item identifier="{identifier}" identifierref="r-{identifier}"><title>{title}</title>{more}</item>'


def resource(identifier: str, href: str, kind: str = "sco", attribute: str = "adlcp:scormtype") -> str:
    """The resource that an item opens."""
    return f'<resource identifier="r-{identifier}" type="webcontent" {attribute}="{kind}" href="{href}"/>'


def manifest(head: str, items: str, resources: str, title: str = "Escucha activa") -> str:
    """A manifest."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<organizations default="o"><organization identifier="o">'
        f"<title>{title}</title>{items}</organization></organizations><resources>{resources}</resources></manifest>"
    )


def zipped(files: dict[str, str | bytes]) -> bytes:
    """An archive of these files."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


ONE = item("a", "Uno"), resource("a", "index.html")


def manifest_12(items: str, resources: str) -> str:
    """A manifest of SCORM 1.2."""
    return manifest(HEAD_12, items, resources)


def scorm_12(page: str = PAGE, **more: str) -> bytes:
    """A package of SCORM 1.2: one part that speaks, and one that is only looked at. Its folder was compressed as a whole."""
    mastery = "<adlcp:masteryscore>70</adlcp:masteryscore>"
    said = manifest(
        HEAD_12,
        item("a", "Escuchar sin prisa", mastery) + item("b", "Para imprimir"),
        resource("a", "index.html?modo=largo") + resource("b", "hoja%20uno.html", "asset"),
    )
    files = {
        "imsmanifest.xml": said, "index.html": page, "js/play.js": PLAY_12, "css/style.css": "h1 { color: rgb(1, 2, 3); }",
        "hoja uno.html": "<title>Hoja</title><p id=said>Hoja</p>",
    }  # fmt: skip
    return zipped({f"curso/{name}": content for name, content in (files | more).items()})


def scorm_2004(**more: str) -> bytes:
    """A package of SCORM 2004."""
    extra = (
        "<adlcp:dataFromLMS>clave</adlcp:dataFromLMS><imsss:sequencing><imsss:objectives>"
        '<imsss:primaryObjective objectiveID="p" satisfiedByMeasure="true"><imsss:minNormalizedMeasure>0.6'
        "</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives></imsss:sequencing>"
    )
    said = manifest(
        HEAD_2004,
        item("a", "Preguntar bien", extra),
        resource("a", "index.html", attribute="adlcp:scormType"),
        "Preguntar",
    )
    files: dict[str, str | bytes] = {
        "imsmanifest.xml": said,
        "index.html": PAGE,
        "js/play.js": PLAY_2004,
        "css/style.css": "",
    }
    return zipped(files | more)
