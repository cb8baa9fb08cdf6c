"""A product of one small web process, for tests of the launcher: `python tiny.py` starts it as `make run` would."""

import sys
from pathlib import Path

from omnichannel.launcher.children import Process
from omnichannel.launcher.options import Options
from omnichannel.launcher.run import Plan, run

PREPARE = "print('Settings', flush=True); print('Tables', flush=True)"
BROKEN_PREPARE = "import sys; print('Settings', flush=True); sys.exit('SECRET_KEY is too short.')"
SIGN_INS = """print('{"sign_ins": [{"role": "Agent", "username": "ada", "password": "open sesame"}]}')"""
IDLER = """
import signal, time
print('{"level": "warning", "event": "The idler has begun"}', flush=True)
while True: time.sleep(60)
"""
ENDING = "import sys; sys.exit('No module named nothing')"
WEB = """
import http.server, os, sys, pathlib
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(os.environ["DATABASE_URL"].encode())
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Health).serve_forever()
"""


def python(source: str, *arguments: str) -> tuple[str, ...]:
    """Return a command line that runs the source."""
    return (sys.executable, "-c", source, *arguments)


def plan(options: Options) -> Plan:
    """Return what to run; the environment asks for faults."""
    faults = options.environment.get("FAULT", "")
    return Plan(
        prepare=python(BROKEN_PREPARE if faults == "prepare" else PREPARE),
        sign_ins=python(SIGN_INS),
        processes=(
            Process("web", python(ENDING if faults == "web" else WEB, str(options.port))),
            Process("idler", python(IDLER)),
        ),
        places=(("Console", "/console/"),),
    )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    sys.exit(run(plan))
