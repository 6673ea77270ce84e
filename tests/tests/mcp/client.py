"""An agent of the official Python SDK: does what standard input says and prints what came of it, one JSON value a line.

The SDK holds every structured answer against the schema that the server gave for it.
"""

import asyncio
import json
import sys

from mcp import Client, StdioServerParameters, stdio_client
from mcp.types import PromptReference, ResourceTemplateReference


def plain(result):
    return result.model_dump(mode="json", by_alias=True, exclude_none=True)


async def step(client, call):
    kind = call["do"]
    if kind == "tools":
        return plain(await client.list_tools())
    if kind == "resources":
        return plain(await client.list_resources())
    if kind == "templates":
        return plain(await client.list_resource_templates())
    if kind == "read":
        return plain(await client.read_resource(call["uri"]))
    if kind == "prompts":
        return plain(await client.list_prompts())
    if kind == "prompt":
        return plain(await client.get_prompt(call["name"], call["given"]))
    if kind == "complete":
        of = {"prompt": PromptReference, "resource": ResourceTemplateReference}[call["of"]]
        named = {"prompt": "name", "resource": "uri"}[call["of"]]
        return plain(await client.complete(of(**{named: call["name"]}), call["argument"]))
    told = []
    enough = asyncio.Event()

    async def hear(done, total, message):
        told.append([done, total, message])
        if message == call.get("until"):
            enough.set()

    calling = client.call_tool(call["name"], call.get("given", {}), progress_callback=hear)
    if "until" not in call:
        return {**plain(await calling), "progress": told}
    task = asyncio.ensure_future(calling)
    await asyncio.wait_for(enough.wait(), 120)
    task.cancel()
    try:
        return plain(await task)
    except asyncio.CancelledError:
        return {"given_up": True, "progress": told}


async def main():
    wanted = json.load(sys.stdin)
    server = StdioServerParameters(command=wanted["command"], args=wanted["args"], cwd=wanted["cwd"])
    async with Client(stdio_client(server), mode=wanted["mode"]) as client:
        for call in wanted["calls"]:
            try:
                said = await step(client, call)
            except Exception as error:
                said = {"raised": type(error).__name__, "message": str(error)}
            print(json.dumps(said), flush=True)


asyncio.run(main())
