"""What ten servers cost a Neovim that uses them."""
import os
import subprocess
import time

from bench_figures import Figures
from bench_world import Failed

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SERVERS = 10

# Prints how long setup(), VimEnter and, once all are attached, VimLeave keep the editor. Callbacks
# of an event run in the order in which they were made.
SCRIPT = f"""
local function now() return vim.loop.hrtime() / 1e6 end
local took, begin = 0, 0
local function start() begin = now() end
local function stop() took = now() - begin end
local function on(event, callback) vim.api.nvim_create_autocmd(event, {{ callback = callback }}) end
on("VimEnter", start)
on("VimLeave", start)
local setup_begin = now()
local servers = {{}}
for i = 1, {SERVERS} do
    servers["editor" .. i] = {{ command = "sleep", args = {{ "3600" }} }}
end
local sharedserver = require("sharedserver")
sharedserver.setup({{ servers = servers, cmd = os.getenv("BENCH_PROGRAM"),
    notify = {{ on_start = false }} }})
local setup = now() - setup_begin
local function all_attached()
    for i = 1, {SERVERS} do
        if not sharedserver.status("editor" .. i).attached then
            return false
        end
    end
    return true
end
local enter, in_time
on("VimLeave", function()
    stop()
    io.stdout:write(in_time and string.format("%.3f %.3f %.3f", setup, enter, took) or "none")
end)
on("VimEnter", function()
    stop()
    enter = took
    vim.defer_fn(function()
        in_time = vim.wait(20000, all_attached, 1)
        vim.cmd("qa!")
    end, 0)
end)
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


def use_from_neovim(world, empty, script):
    """How much longer than an empty script it takes, and what the script prints; in ms."""
    baseline, _ = start_neovim(world, empty)
    took, printed = start_neovim(world, script)
    if printed == "none":
        raise Failed("bench: the plugin cannot talk to this program")
    setup, enter, leave = map(float, printed.split())
    return took - baseline, setup, enter, leave


def bench_neovim(worlds, table, runs):
    figures = Figures()
    for world in worlds:
        empty, script = (os.path.join(world.folder, name) for name in ("empty.lua", "bench.lua"))
        with open(empty, "w", encoding="utf-8") as file:
            file.write("vim.cmd('qa!')")
        with open(script, "w", encoding="utf-8") as file:
            file.write(SCRIPT)
        for _ in range(min(runs, 10)):
            figures.measure(world, lambda: use_from_neovim(world, empty, script))
            world.clear()
    table.add(f"{SERVERS} servers from Neovim, until all run", "ms", figures.part(0))
    table.add("its setup(), while nobody can type", "ms", figures.part(1), 3)
    table.add("its VimEnter, while nobody can type", "ms", figures.part(2), 3)
    table.add("its VimLeave, until it has detached", "ms", figures.part(3), 50)
