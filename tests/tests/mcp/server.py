"""A server of the official Python SDK, on standard input and output or, with a port, over HTTP."""

import asyncio
import os
import subprocess
import sys

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

server = MCPServer("peer", instructions="Adds numbers.")


@server.tool(annotations=ToolAnnotations(read_only_hint=True))
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


@server.tool(structured_output=False)
def say(what: str) -> str:
    """Says it back."""
    return what


@server.tool()
def fail(why: str) -> str:
    """Fails."""
    raise ToolError(why)


@server.tool(structured_output=False)
def variable(name: str) -> str:
    """A variable of the environment."""
    return os.environ.get(name, "")


@server.tool()
async def work(steps: int, pause: float, ctx: Context) -> str:
    """Works, and tells how far it is."""
    for step in range(steps):
        await ctx.report_progress(step + 1, steps, f"part {step + 1}")
        await asyncio.sleep(pause)
    return "done"


@server.tool(structured_output=False)
def leave(mark: str) -> str:
    """Starts a process that outlives its parent."""
    child = subprocess.Popen(
        ["sleep", "300"],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with open(mark, "w") as file:
        file.write(f"{os.getpid()} {child.pid}")
    return str(child.pid)


@server.tool()
def die() -> str:
    """Ends the server in the middle of a call."""
    print("I am out of owls", file=sys.stderr, flush=True)
    os._exit(7)


@server.resource("memo://owls", mime_type="text/plain")
def owls() -> str:
    """About owls."""
    return "Owls hunt at night."


if __name__ == "__main__":
    with open("starts", "a") as starts:
        starts.write("started\n")
    if len(sys.argv) > 1:
        server.run("streamable-http", host="127.0.0.1", port=int(sys.argv[1]))
    else:
        server.run()
