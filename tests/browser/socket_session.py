"""A session of the app without a browser: the messages that Streamlit's frontend exchanges with the server.

A session opens a page, moves sliders and keeps what the last run of the script drew. What came before is kept by its
hash and asked for no more, as a browser does it.
"""

import asyncio
import html
import json
import re
import time

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

# Seconds until a run that does not end is given up.
PATIENCE_S = 300
_TAGS = re.compile(r"<[^>]+>")


class SocketSession:
    """One session; ``async with SocketSession(address, page, query) as session``.

    Attributes
    ----------
    query
        The address as the app keeps it, without '?'.
    drawn
        Elements of the last whole run, in the order drawn.
    sliders
        Sliders of that run by the end of their id, the key that the app gave them.
    received_bytes
        Of everything so far.
    """

    def __init__(self, address, page, query):
        self._url = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
        self._origin = address
        self.page, self.query = page, query
        self.drawn, self.sliders, self.problems = [], {}, []
        self.received_bytes = 0
        self._script, self._values, self._kept = "", {}, {}

    async def __aenter__(self):
        # A browser sends no pings of its own: on a busy machine they would end the session for nothing.
        self._socket = await connect(
            self._url,
            subprotocols=["streamlit", "PLACEHOLDER_AUTH_TOKEN"],
            origin=self._origin,
            max_size=None,
            open_timeout=PATIENCE_S,
            ping_interval=None,
        )
        return self

    async def __aexit__(self, *_):
        await self._socket.close()

    async def open(self):
        """Open the page; return the seconds until its script has run."""
        return await self._run()

    async def move(self, key, value):
        """Move the slider whose key this is; return the seconds until the script has run."""
        slider = self.sliders[key]
        self._values[slider.id] = value
        return await self._run()

    def told(self):
        """Return what the page says, for comparing: the sentence, the ladder and every other piece of markup."""
        told = []
        for element in self.drawn:
            kind = element.WhichOneof("type")
            if kind == "html":
                told.append(element.html.body)
            elif kind == "markdown":
                told.append(element.markdown.body)
            elif kind == "bidi_component" and element.bidi_component.component_name == "meguri_ladder_view":
                told.append(json.loads(element.bidi_component.json)["html"])
        return tuple(told)

    def sentence(self):
        """Return the sentence that opens the page."""
        bodies = [element.html.body for element in self.drawn if element.WhichOneof("type") == "html"]
        return html.unescape(_TAGS.sub("", next(body for body in bodies if 'class="aloud"' in body)))

    async def _run(self):
        asked = BackMsg()
        asked.rerun_script.query_string = self.query
        asked.rerun_script.page_script_hash = self._script
        asked.rerun_script.page_name = "" if self._script else self.page
        asked.rerun_script.cached_message_hashes.extend(self._kept)
        for widget, value in self._values.items():
            state = asked.rerun_script.widget_states.widgets.add()
            state.id = widget
            state.double_array_value.data.append(value)
        began = time.perf_counter()
        await self._socket.send(asked.SerializeToString())
        async with asyncio.timeout(PATIENCE_S):
            while not self._takes(ForwardMsg.FromString(await self._received())):
                pass
        taken_s = time.perf_counter() - began
        self.sliders = {
            element.slider.id.split("-", 2)[-1]: element.slider
            for element in self.drawn
            if element.WhichOneof("type") == "slider"
        }
        # What the app set itself is what the slider shows, and what a browser says of it from now on.
        self._values = {slider.id: self._shown(slider) for slider in self.sliders.values()}
        return taken_s

    def _shown(self, slider):
        if slider.set_value:
            return slider.value[0]
        return self._values.get(slider.id, slider.default[0])

    async def _received(self):
        raw = await self._socket.recv()
        self.received_bytes += len(raw)
        return raw

    def _takes(self, message):
        """Keep what a message brings; return whether it ends a whole run."""
        if message.ref_hash:
            message = self._kept[message.ref_hash]
        elif message.metadata.cacheable:
            self._kept[message.hash] = message
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.drawn = []
        elif kind == "navigation":
            self._script = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self.drawn.append(message.delta.new_element)
            if message.delta.new_element.WhichOneof("type") == "exception":
                self.problems.append(message.delta.new_element.exception.message)
        elif kind == "page_not_found":
            self.problems.append("page not found")
        return kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
