"""Where a run was sent, and with what, as far as it takes to send the same again from elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

from aztui.core.body import body_of, sent_body
from aztui.core.data import dataclass
from aztui.core.profile import Auth, Profile
from aztui.core.request import Api, Json
from aztui.core.run import Run

PATHS: Final[Mapping[Api, str]] = {
    Api.COMPLETIONS: "/completions",
    Api.CHAT: "/chat/completions",
    Api.RESPONSES: "/responses",
}
"""What follows a base URL, or a deployment's."""

_AZURE: Final = re.compile(r"/openai(/deployments/[^/]+)?$")
_UNUSUAL: Final = re.compile(r"[^\n -~]")
"""Whatever may need an escape that JSON itself does not ask for."""
_UNSAID: Final = {
    (True, Auth.KEY): "AZURE_OPENAI_API_KEY",
    (True, Auth.TOKEN): "AZURE_OPENAI_AD_TOKEN",
}
"""Variables for credentials of which nobody knows where the user has them: those of the SDK."""


@dataclass(frozen=True, slots=True)
class Target:
    """A request as it can be sent again.

    Attributes:
        api: the API.
        url: the whole URL, the api-version included.
        base: the resource's root where there is a dated api-version, else the base URL.
        api_version: the dated api-version; None where the server takes none.
        body: the whole body.
        auth: the kind of credential; None where the server asks for none.
        variable: the environment variable that holds it.
    """

    api: Api
    url: str
    base: str
    api_version: str | None
    body: Mapping[str, Json]
    auth: Auth | None
    variable: str

    @property
    def as_json(self) -> str:
        """The body as JSON, indented, with an escape for what cannot be seen."""
        return indented(self.body)


def target(run: Run, profile: Profile) -> Target:
    """Return where a run was sent, and what.

    Args:
        run: it.
        profile: stands in for what nobody noted of a run of an earlier version of aztui.
    """
    request, sent = run.request, run.sent
    if sent is None:
        version = profile.endpoint.api_version
        body = {"model": request.deployment, **body_of(request, version), "stream": True}
        url = _url(profile.endpoint.url, version, request.api, request.deployment)
        auth = profile.auth if profile.key or profile.auth is not Auth.KEY else None
        variable = profile.variable
    else:
        body = sent_body(request, sent.members, thoughts=sent.thoughts)
        url, auth, variable = sent.url, sent.auth, sent.variable
    base, version = split(url, request.api)
    dated = version is not None
    named = variable or _UNSAID.get((dated or _is_azure(base), auth or Auth.KEY), "OPENAI_API_KEY")
    return Target(request.api, url, base, version, body, auth, named)


def split(url: str, api: Api) -> tuple[str, str | None]:
    """Take a URL that a request went to apart: the address in the settings, and the api-version.

    With a dated api-version that is the resource's root, else the base URL.
    """
    parts = urlsplit(url)
    version = next(iter(parse_qs(parts.query).get("api-version", [])), None)
    path = parts.path.removesuffix(PATHS[api])
    found = _AZURE.search(path) if version else None
    path = path[: found.start()] if found else path
    dated = version if found else None
    return f"{parts.scheme}://{parts.netloc}{path}", dated


def indented(value: Json | Mapping[str, Json]) -> str:
    """Return a value as indented JSON, with an escape for each character that cannot be seen."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=dict)
    return _UNUSUAL.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    char = found[0]
    return char if char.isprintable() else json.dumps(char)[1:-1]


def _url(base: str, version: str | None, api: Api, deployment: str) -> str:
    if version is None:
        return base + PATHS[api]
    # The SDK puts the deployment into the path of all APIs but this.
    where = "" if api is Api.RESPONSES else f"/deployments/{quote(deployment, safe='')}"
    return f"{base}/openai{where}{PATHS[api]}?api-version={version}"


def _is_azure(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host.endswith((".azure.com", ".azure.us", ".azure.cn"))
