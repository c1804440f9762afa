"""What ten servers cost a Neovim that uses them."""
import os
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SERVERS = 10

# Prints how long setup() keeps the editor, then waits until all are attached.
SCRIPT = f"""
local begin = vim.loop.hrtime()
local servers = {{}}
for i = 1, {SERVERS} do
    servers["editor" .. i] = {{ command = "sleep", args = {{ "3600" }} }}
end
local sharedserver = require("sharedserver")
sharedserver.setup({{ servers = servers, cmd = os.getenv("BENCH_PROGRAM"),
    notify = {{ on_start = false }} }})
local took = (vim.loop.hrtime() - begin) / 1e6
local function all_attached()
    for i = 1, {SERVERS} do
        if not sharedserver.status("editor" .. i).attached then
            return false
        end
    end
    return true
end
vim.defer_fn(function()
    local in_time = vim.wait(20000, all_attached, 1)
    io.stdout:write(in_time and string.format("%.3f", took) or "none")
    vim.cmd("qa!")
end, 0)
"""


def start_neovim(world, script):
    """How long it runs, and what it prints."""
    begin = time.perf_counter()
    ended = subprocess.run(
        ["nvim", "--clean", "--headless", "--cmd", f"set runtimepath+={ROOT}",
         "-c", f"luafile {script}"],
        env=dict(world.environment, BENCH_PROGRAM=world.program), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=60, check=True)
    return (time.perf_counter() - begin) * 1000, ended.stdout + ended.stderr


def bench_neovim(worlds, table, runs):
    whole, setup = {}, {}
    for world in worlds:
        empty, script = (os.path.join(world.folder, name) for name in ("empty.lua", "bench.lua"))
        with open(empty, "w", encoding="utf-8") as file:
            file.write("vim.cmd('qa!')")
        with open(script, "w", encoding="utf-8") as file:
            file.write(SCRIPT)
        for _ in range(min(runs, 10)):
            baseline, _ = start_neovim(world, empty)
            took, printed = start_neovim(world, script)
            if printed == "none":
                break  # a program that our plugin cannot talk to
            whole.setdefault(world.name, []).append(took - baseline)
            setup.setdefault(world.name, []).append(float(printed))
            world.clear()
        world.clear()
    table.add(f"{SERVERS} servers from Neovim, until all run", "ms", whole)
    table.add("its setup(), while nobody can type", "ms", setup, 3)
