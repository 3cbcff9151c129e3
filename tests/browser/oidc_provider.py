"""A provider of identities on the loopback, as an office would have one: OpenID Connect with a form to consent on.

Nothing here is secret: it exists for the length of a test and only for the app that the test started.
"""

import contextlib
import secrets
import threading
import time
from html import escape
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.routing import Route

from tests.browser.app_server import free_port

CLIENT, CLIENT_SECRET = "meguri-test", "not-a-secret"


class Provider:
    """Discovery, authorization by a form, tokens signed with RS256, keys and user information.

    Attributes
    ----------
    claims
        What it says of whoever consents; a test may change it.
    refused
        Reasons why token requests were refused.
    """

    def __init__(self, address):
        self.address = address
        self.claims = {
            "sub": "u-1",
            "name": "山田 <b>太郎</b>",
            "email": "yamada@example.jp",
            "email_verified": True,
        }
        self.refused = []
        self._key = RSAKey.generate_key(2048, {"kid": "test", "use": "sig", "alg": "RS256"})
        self._granted = {}
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/authorize", self._authorize),
                Route("/consent", self._consent, methods=["GET"]),
                Route("/token", self._token, methods=["POST"]),
                Route("/jwks", self._jwks),
                Route("/userinfo", self._userinfo),
            ]
        )

    async def _discovery(self, request):
        own = {
            f"{name}_endpoint": f"{self.address}/{path}"
            for name, path in (("authorization", "authorize"), ("token", "token"), ("userinfo", "userinfo"))
        }
        return JSONResponse(
            own
            | {
                "issuer": self.address,
                "jwks_uri": f"{self.address}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def _authorize(self, request):
        asked = request.query_params
        if asked.get("client_id") != CLIENT:
            return HTMLResponse("unknown client", status_code=400)
        fields = "".join(
            f'<input type="hidden" name="{name}" value="{escape(asked.get(name, ""), quote=True)}">'
            for name in ("redirect_uri", "state", "nonce")
        )
        return HTMLResponse(f'<form action="/consent">{fields}<button>Consent</button></form>')

    async def _consent(self, request):
        asked = request.query_params
        code = secrets.token_urlsafe(16)
        self._granted[code] = asked["nonce"]
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    async def _token(self, request):
        form = dict(pair.split("=", 1) for pair in (await request.body()).decode().split("&"))
        nonce = self._granted.pop(form.get("code", ""), None)
        if nonce is None:
            self.refused.append("unknown code")
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        now = int(time.time())
        told = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **self.claims}
        token = jwt.encode({"alg": "RS256", "kid": "test"}, told, self._key)
        return JSONResponse({"access_token": secrets.token_urlsafe(8), "token_type": "Bearer", "id_token": token})

    async def _jwks(self, request):
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})

    async def _userinfo(self, request):
        return JSONResponse(self.claims)


@contextlib.contextmanager
def running_provider():
    """Run a provider on a free port of the loopback and yield it."""
    port = free_port()
    provider = Provider(f"http://127.0.0.1:{port}")
    server = uvicorn.Server(uvicorn.Config(provider.app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.02)
        yield provider
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def secrets_toml(app, provider):
    """Return the app's secrets that name the provider; ``app`` is the app's address."""
    return (
        "[auth]\n"
        f'redirect_uri = "{app}/oauth2callback"\n'
        f'cookie_secret = "{secrets.token_hex(32)}"\n'
        f'client_id = "{CLIENT}"\n'
        f'client_secret = "{CLIENT_SECRET}"\n'
        f'server_metadata_url = "{provider.address}/.well-known/openid-configuration"\n'
    )
