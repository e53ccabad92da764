"""One server around an application that lets signed requests through, on the socket that is
standard input.

``python signed_server.py SERVER MOUNT``; the key is in the environment. The application answers
with what it sees of the request.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from typing import Any

from ironlatch.signing import Key, RequestVerifier, asgi, wsgi

AUTHORITIES = ["api.example.com", "api.example.com:8443", "[2001:db8::1]", "[2001:db8::1]:8443"]


def verifier() -> RequestVerifier:
    return RequestVerifier(Key.parse(os.environ["SIGNING_KEY"]), authorities=AUTHORITIES, replay_store=None)


def wsgi_view(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "application/json")])
    path = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1").decode()
    seen = {"path": path, "query": environ.get("QUERY_STRING", ""), "host": environ.get("HTTP_HOST")}
    return [json.dumps(seen).encode()]


async def asgi_view(scope: Any, receive: Any, send: Any) -> None:
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"]
    seen = {"path": scope["path"], "query": scope["query_string"].decode("latin-1"), "host": ",".join(hosts)}
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(seen).encode()})


def wsgi_application(mount: str) -> Any:
    application = wsgi.SignedRequests(wsgi_view, verifier())
    if not mount:
        return application

    def mounted(environ: Any, start_response: Any) -> Any:
        """Moves a prefix from PATH_INFO to SCRIPT_NAME, like frameworks and servers."""
        path = environ["PATH_INFO"]
        if path == mount or path.startswith(mount + "/"):
            environ["SCRIPT_NAME"], environ["PATH_INFO"] = environ.get("SCRIPT_NAME", "") + mount, path[len(mount) :]
            return application(environ, start_response)
        start_response("404 Not Found", [])
        return [b""]

    return mounted


def asgi_application(mount: str) -> Any:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await signed(scope, receive, send)

    signed = asgi.SignedRequests(asgi_view, verifier())
    if not mount:
        return application
    starlette = __import__("starlette.applications", fromlist=["Starlette"])
    routing = __import__("starlette.routing", fromlist=["Mount"])
    return starlette.Starlette(routes=[routing.Mount(mount, application)])


def serve(server: str, mount: str, listening: socket.socket) -> None:
    if server == "wsgiref":
        from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

        class Quiet(WSGIRequestHandler):
            def log_message(self, *arguments: object) -> None:
                pass

        running = WSGIServer(("127.0.0.1", 0), Quiet, bind_and_activate=False)
        running.socket.close()
        running.socket = listening
        running.server_name, running.server_port = "127.0.0.1", listening.getsockname()[1]
        running.setup_environ()
        running.set_app(wsgi_application(mount))
        running.serve_forever()
    elif server == "werkzeug":
        from werkzeug.serving import make_server

        fd = os.dup(listening.fileno())
        make_server("127.0.0.1", 0, wsgi_application(mount), fd=fd).serve_forever()
    elif server == "waitress":
        import waitress

        waitress.serve(wsgi_application(mount), sockets=[listening], _quiet=True)
    elif server == "gunicorn":
        from gunicorn.app.base import BaseApplication

        class Application(BaseApplication):
            def load_config(self) -> None:
                self.cfg.set("bind", f"fd://{listening.fileno()}")
                self.cfg.set("worker_class", "gthread")

            def load(self) -> Any:
                return wsgi_application(mount)

        Application().run()
    elif server in ("uvicorn-h11", "uvicorn-httptools"):
        import uvicorn

        kind: Any = server.partition("-")[2]
        config = uvicorn.Config(asgi_application(mount), http=kind, log_level="critical", lifespan="off")
        uvicorn.Server(config).run(sockets=[listening])
    elif server == "hypercorn":
        import asyncio

        import hypercorn.asyncio
        import hypercorn.config

        settings = hypercorn.config.Config()
        settings.bind = [f"fd://{listening.fileno()}"]
        asyncio.run(hypercorn.asyncio.serve(asgi_application(mount), settings))
    else:
        raise SystemExit(f"no server {server}")


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2], socket.socket(fileno=0))
