"""Times the same work in Downbeat and in LangGraph, in one sitting.

    python compare.py --downbeat PATH [--steps 1000] [--rounds 5]

The chain: steps that wait for one another, each passing on what the one before gave. The fan: as many items, a step for
each, side by side. No step does anything else. What is timed is a whole run of either, from the call to the result, in a
process that is warm; for Downbeat, which always keeps a journal, also the whole command. Its journal is on a disk, and
once in memory (`/dev/shm`), where an fsync costs nothing.
"""

import argparse
import asyncio
import json
import operator
import os
import platform
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Annotated, TypedDict

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send


class Chain(TypedDict):
    value: str


class Fan(TypedDict):
    items: list[int]
    values: Annotated[list[str], operator.add]


async def pass_on(state):
    return {"value": state["value"]}


async def one(state):
    return {"values": [str(state["item"])]}


def chain(steps):
    graph = StateGraph(Chain)
    for step in range(steps):
        graph.add_node(f"s{step}", pass_on)
        graph.add_edge(f"s{step - 1}" if step else START, f"s{step}")
    graph.add_edge(f"s{steps - 1}", END)
    return graph, {"value": "x"}


def fan(items):
    graph = StateGraph(Fan)
    graph.add_node("one", one)
    send = lambda state: [Send("one", {"item": item}) for item in state["items"]]
    graph.add_conditional_edges(START, send, ["one"])
    graph.add_edge("one", END)
    return graph, {"items": list(range(items)), "values": []}


async def langgraph(make, steps, durability, folder):
    graph, given = make(steps)
    config = {"recursion_limit": steps + 10, "max_concurrency": os.cpu_count()}
    if durability is None:
        compiled = graph.compile()
        begun = time.perf_counter()
        await compiled.ainvoke(given, config)
        return time.perf_counter() - begun
    database = Path(folder) / f"{time.time_ns()}.db"
    async with AsyncSqliteSaver.from_conn_string(str(database)) as saver:
        # As durable as Downbeat's journal: on disk before the next step begins.
        await saver.conn.execute("PRAGMA journal_mode = WAL")
        await saver.conn.execute(f"PRAGMA synchronous = {durability}")
        compiled = graph.compile(checkpointer=saver)
        config["configurable"] = {"thread_id": "1"}
        begun = time.perf_counter()
        await compiled.ainvoke(given, config, durability="sync")
        return time.perf_counter() - begun


def yaml_chain(steps):
    lines = ["id: chain", "steps:", "  - {id: s0, action: echo x}"]
    for step in range(1, steps):
        lines.append(f"  - {{id: s{step}, action: 'echo {{{{ s{step - 1}.result }}}}'}}")
    return "\n".join(lines) + "\n"


def yaml_fan(items):
    return (
        f"id: fan\nsteps:\n  - id: each\n    for_each: '{{{{ range({items}) | list }}}}'\n"
        f"    max_parallel: {items}\n    steps:\n      - {{id: one, action: 'echo {{{{ item }}}}'}}\n"
    )


def downbeat(program, text, folder):
    """The seconds of the run itself, as its document has them, and those of the whole command."""
    place = Path(tempfile.mkdtemp(dir=folder))
    file = place / "it.pipeline.yaml"
    file.write_text(text)
    command = [program, "run", str(file), "--json", "--quiet"]
    begun = time.perf_counter()
    done = subprocess.run(command, cwd=place, capture_output=True, check=True)
    whole = time.perf_counter() - begun
    run = json.loads(done.stdout)["duration"]
    shutil.rmtree(place)
    return run, whole


def fsync(folder, times=300):
    """Seconds that this disk takes for one fsync of one page."""
    took = []
    with open(Path(folder) / "page", "wb", buffering=0) as file:
        for _ in range(times):
            file.write(b"x" * 4096)
            begun = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - begun)
    return statistics.median(took)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--downbeat", required=True, help="the program")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", help="where journals go: the disk that is measured")
    arguments = parser.parse_args()
    shared = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with (
        tempfile.TemporaryDirectory(dir=arguments.folder) as folder,
        tempfile.TemporaryDirectory(dir=shared) as memory,
    ):
        program = str(Path(arguments.downbeat).resolve())
        count = arguments.steps
        line = lambda name, seconds: print(
            f"{name:52} {statistics.median(seconds) * 1e3:9.1f} ms"
            f"  {statistics.median(seconds) / count * 1e6:8.1f} us a step",
            flush=True,
        )
        print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}")
        print(f"one fsync: {fsync(folder) * 1e6:.0f} us; medians of {arguments.rounds} rounds, {count} steps\n")
        for name, make, text in [("chain", chain, yaml_chain(count)), ("fan", fan, yaml_fan(count))]:
            ways = {
                f"{name}: Downbeat, journal in memory": memory,
                f"{name}: Downbeat, journal on disk, fsync": folder,
            }
            runs = {way: [] for way in ways}
            commands = {way: [] for way in ways}
            graphs = {
                f"{name}: LangGraph, nothing kept": None,
                f"{name}: LangGraph, SQLite, as it comes (no fsync)": "NORMAL",
                f"{name}: LangGraph, SQLite, fsync": "FULL",
            }
            others = {way: [] for way in graphs}
            # Round by round, so that what else the machine does falls on all.
            for _ in range(arguments.rounds):
                for way, place in ways.items():
                    run, whole = downbeat(program, text, place)
                    runs[way].append(run)
                    commands[way].append(whole)
                for way, durability in graphs.items():
                    others[way].append(asyncio.run(langgraph(make, count, durability, folder)))
            for way in ways:
                line(way, runs[way])
                line(f"{way}, whole command", commands[way])
            for way in graphs:
                line(way, others[way])
            print()


main()
