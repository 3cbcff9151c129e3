"""Nothing leaves the machine: what a tab asks for beyond the loopback is aborted and counted."""

from urllib.parse import urlsplit

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# Addresses that carry their content with them or name something inside the browser.
INNER_SCHEMES = {"data", "blob", "about", "chrome", "devtools"}


def is_local(url):
    """Tell whether an address stays on this machine."""
    parts = urlsplit(url)
    return parts.scheme in INNER_SCHEMES or parts.hostname in LOOPBACK


class Guard:
    """Watch a browser context.

    Attributes
    ----------
    foreign
        Addresses beyond the loopback that were asked for, in order; each was aborted.
    errors
        Messages of uncaught errors in the pages.
    received_bytes
        Bytes of the web socket's messages to the page so far: what the app sent after the first load.
    """

    def __init__(self):
        self.foreign = []
        self.errors = []
        self.received_bytes = 0

    def watch(self, context):
        """Start to watch every tab of the context."""
        context.route("**/*", self._let_through_or_abort)
        context.on("page", self._watch_page)

    def _let_through_or_abort(self, route):
        if is_local(route.request.url):
            route.continue_()
        else:
            self.foreign.append(route.request.url)
            route.abort()

    def _watch_page(self, page):
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("websocket", self._watch_socket)

    def _watch_socket(self, socket):
        if not is_local(socket.url):
            self.foreign.append(socket.url)
        socket.on("framereceived", self._count)

    def _count(self, payload):
        self.received_bytes += len(payload if isinstance(payload, bytes) else payload.encode())
