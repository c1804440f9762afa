"""What ten servers cost a Neovim that uses them."""
import os
import subprocess
import time

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


def bench_neovim(worlds, table, runs):
    whole, setup, enter, leave = {}, {}, {}, {}
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
            for figures, figure in zip((setup, enter, leave), printed.split()):
                figures.setdefault(world.name, []).append(float(figure))
            world.clear()
        world.clear()
    table.add(f"{SERVERS} servers from Neovim, until all run", "ms", whole)
    table.add("its setup(), while nobody can type", "ms", setup, 3)
    table.add("its VimEnter, while nobody can type", "ms", enter, 3)
    table.add("its VimLeave, until it has detached", "ms", leave, 50)
