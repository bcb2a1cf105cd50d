"""A bare aiohttp handler that answers a constant body: what the framework alone costs."""

import sys

import uvloop
from aiohttp import web


def application(body: bytes) -> web.Application:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    application = web.Application()
    application.router.add_get("/{tail:.*}", answer)
    return application


if __name__ == "__main__":
    port, size = int(sys.argv[1]), int(sys.argv[2])
    constant = b'"' + b"x" * (size - 2) + b'"'
    loop = uvloop.new_event_loop()
    web.run_app(application(constant), host="127.0.0.1", port=port, access_log=None, loop=loop)
