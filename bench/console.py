"""An agent's browser, as far as speed goes: hears what happens and fetches what the page would fetch."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

TOKEN = re.compile(r"token-(\d+)\.")
# As static/console waits between two fetches of the same part.
LIST_GAP_SECONDS = 0.1
THREAD_GAP_SECONDS = 0.05


@dataclass
class Console:
    """One browser with one conversation open: the list is fetched for every event, the thread for its own."""

    port: int
    cookie: str
    open_conversation: int
    seen_at: dict[int, float] = field(default_factory=dict)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(6))
    _wanted: dict[str, bool] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _local: threading.local = field(default_factory=threading.local)

    def listen(self) -> None:
        """Open the stream, and follow it in a thread."""
        stream = socket.create_connection(("127.0.0.1", self.port))
        head = f"GET /console/events HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.cookie}\r\n\r\n"
        stream.sendall(head.encode())
        lines = stream.makefile("rb")
        while not lines.readline().startswith(b"id: "):
            pass
        threading.Thread(target=self._follow, args=(stream, lines), daemon=True).start()

    def _follow(self, _stream: socket.socket, lines: socket.SocketIO) -> None:
        for line in lines:
            if line.startswith(b"data: "):
                happened = json.loads(line[6:])
                self._want("/console/list/", LIST_GAP_SECONDS)
                if happened["conversation"] == self.open_conversation:
                    self._want(f"/console/conversations/{self.open_conversation}/thread/", THREAD_GAP_SECONDS)

    def _want(self, path: str, gap: float) -> None:
        """Fetch at once, and once more afterwards when wanted meanwhile."""
        with self._lock:
            is_running = path in self._wanted
            self._wanted[path] = is_running
        if not is_running:
            self._pool.submit(self._fetch, path, gap)

    def _fetch(self, path: str, gap: float) -> None:
        while True:
            self._look(path)
            time.sleep(gap)
            with self._lock:
                if not self._wanted[path]:
                    del self._wanted[path]
                    return
                self._wanted[path] = False

    def _look(self, path: str) -> None:
        if not hasattr(self._local, "connection"):
            self._local.connection = http.client.HTTPConnection("127.0.0.1", self.port)
        self._local.connection.request("GET", path, headers={"Cookie": self.cookie, "HX-Request": "true"})
        answer = self._local.connection.getresponse()
        text, now = answer.read().decode(), time.time()
        assert answer.status == 200, (path, answer.status)
        if "/thread/" in path:
            for number in map(int, TOKEN.findall(text)):
                self.seen_at.setdefault(number, now)
