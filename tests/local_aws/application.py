"""A small application that needs sign-in, as API Gateway serves it after a deployment."""

from __future__ import annotations

import json
import re
from pathlib import Path

from .answer import Answer
from .region import dns_suffix

# before anybody has set them
_CONSTANTS = "export const OIDC_URL = '';\nexport const OIDC_CLIENT_NAME = '';\n"
_PUBLIC_NAMES = ("OIDC_URL", "OIDC_REDIRECT_URI", "OIDC_CLIENT_NAME")  # to the browser
_API_ID = "q8w2e6r4t0"
_FILES = Path(__file__).with_name("application")
_LIBRARY = _FILES.parents[1] / "node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js"
_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}


def url(region: str) -> str:
    """The URL that a deployment in this Region prints."""
    return f"https://{_API_ID}.execute-api.{region}.{dns_suffix(region)}/Prod/"


def write_source(folder: Path) -> None:
    """Write what of the application's source the guide changes."""
    constants = folder / "lib" / "constants.ts"
    constants.parent.mkdir()
    constants.write_text(_CONSTANTS)


def build(source: Path, at: str) -> dict[str, Answer]:
    """Return what is served, by URL, of the application whose source is in a folder.

    Its `lib/constants.ts` is all that configures it.
    """
    files = {f"{at}env.js": env(source, at)}
    for file in (*_FILES.iterdir(), _LIBRARY):
        name = "" if file.name == "index.html" else file.name
        files[at + name] = _answer(file.suffix, file.read_bytes())
    return files


def env(source: Path, at: str) -> Answer:
    """Return env.js, in the form of MLSpace (lib/constructs/api/restApiConstruct.ts).

    So without what is for the API alone, and as `JSON.stringify` writes it.
    """
    constants = (source / "lib" / "constants.ts").read_text(encoding="utf-8")
    values = dict(re.findall(r"(?m)^export const (\w+)[^=\n]*= *['\"](.*)['\"];", constants))
    config = source / "lib" / "config.json"  # which overrides them: lib/utils/configTypes.ts
    values |= json.loads(config.read_bytes()) if config.exists() else {}
    values["OIDC_REDIRECT_URI"] = values.get("OIDC_REDIRECT_URI") or at
    settings = {name: values.get(name, "") for name in _PUBLIC_NAMES}
    return _answer(".js", f"window.env = {json.dumps(settings, separators=(',', ':'))}".encode())


def _answer(suffix: str, body: bytes) -> Answer:
    kind = f"{_TYPES[suffix]}; charset=utf-8"
    return Answer(200, body, {"Content-Type": kind, "Cache-Control": "no-store"})
