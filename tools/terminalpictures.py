#!/usr/bin/env python3
"""Takes the documentation's pictures of the command line and of Neovim, in a real terminal (tmux).

    terminalpictures.py SHAREDSERVER FOLDER
"""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import terminalsvg

COLUMNS, LINES = 92, 22
PATIENCE = 20  # seconds
SHELL = "exec env PS1='$ ' bash --norc --noprofile"
ROOT = pathlib.Path(__file__).resolve().parent.parent


class Terminal:
    """A tmux of its own with a home of its own, and a pane for each shell."""

    def __init__(self, program):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="sharedserver-pictures."))
        (self.home / "bin").mkdir()
        (self.home / "bin" / "sharedserver").symlink_to(pathlib.Path(program).resolve())
        (self.home / "shop").mkdir()
        self.environment = {
            "HOME": str(self.home), "PATH": f"{self.home / 'bin'}:{os.environ['PATH']}",
            "LANG": "C.UTF-8", "TERM": "xterm-256color",
            "SHAREDSERVER_LOCKDIR": str(self.home / "run")}
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(COLUMNS), "-y", str(LINES),
                  "-c", str(self.home / "shop"), SHELL)
        self.wait_for("$")

    def tmux(self, *arguments):
        return subprocess.run(["tmux", "-S", str(self.home / "tmux"), *arguments],
                              env=self.environment, check=True, text=True,
                              stdout=subprocess.PIPE).stdout

    def window(self):
        self.tmux("new-window", "-c", str(self.home / "shop"), SHELL)
        self.wait_for("$")

    def type(self, line, until):
        """Types a line, and waits for what it shows."""
        self.tmux("send-keys", "-l", line)
        self.tmux("send-keys", "Enter")
        self.wait_for(until)

    def wait_for(self, text):
        deadline = time.monotonic() + PATIENCE
        while text not in self.tmux("capture-pane", "-p"):
            if time.monotonic() > deadline:
                sys.exit(f"'{text}' is not shown, but\n{self.screen()}")
            time.sleep(0.05)

    def screen(self):
        return self.tmux("capture-pane", "-ep")

    def close(self):
        self.tmux("kill-server")
        program = self.home / "bin" / "sharedserver"
        for info in json.loads(subprocess.check_output([program, "list", "--json"],
                                                       env=self.environment)):
            subprocess.run([program, "kill", info["name"]], env=self.environment, check=False,
                           stdout=subprocess.DEVNULL)
        self.end_watcher()
        shutil.rmtree(self.home)

    def end_watcher(self):
        """It would make its removed directory anew, until it leaves by itself."""
        with socket.socket(socket.AF_UNIX) as watcher:
            watcher.connect(str(self.home / "run" / "control.sock"))
            for number, method in enumerate(("hello", "shutdown")):
                watcher.sendall(json.dumps({"jsonrpc": "2.0", "id": number, "method": method,
                                            "params": {"protocol": 1, "client": "pictures"}}
                                           ).encode() + b"\n")
            while watcher.recv(4096):
                pass


def shells(terminal):
    """Two shells share one Redis."""
    terminal.type("sharedserver use redis -- redis-server --port 17000", "Started server")
    terminal.window()
    terminal.type("sharedserver use redis", "Attached to")
    terminal.type("sharedserver use web --ready tcp:18000 --wait -- python3 -m http.server 18000",
                  "Started server")
    terminal.type("sharedserver unuse web", "Detached")
    terminal.type("sharedserver list", "Grace")
    return terminal.screen()


def neovim(terminal):
    """Neovim's window of servers."""
    (terminal.home / "init.lua").write_text(
        f"vim.opt.runtimepath:append('{ROOT}')\n"
        "vim.opt.laststatus = 0\n"
        "vim.opt.termguicolors = true\n"
        "vim.cmd('colorscheme slate | highlight! link NormalFloat Normal')\n"
        "vim.cmd('highlight Normal guibg=NONE | highlight! link FloatBorder Comment')\n"
        "vim.cmd('highlight NonText guibg=NONE | highlight! link EndOfBuffer NonText')\n"
        "require('sharedserver').setup({ notify = { on_start = false }, servers = {\n"
        "    redis = { command = 'redis-server' },\n"
        "    docs = { command = 'python3', args = { '-m', 'http.server', '18001' } },\n"
        "    chroma = { command = 'chroma', lazy = true },\n"
        "} })\n")
    (terminal.home / "shop" / "cart.py").write_text(
        "import redis\n\nstore = redis.Redis(port=17000)\n\n\ndef add(customer, article):\n"
        "    store.rpush(f'cart:{customer}', article)\n")
    terminal.window()
    terminal.type(f"nvim --clean -u {terminal.home}/init.lua cart.py", "def add")
    terminal.type(":ServerStatus", "Press q")
    return terminal.screen()


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    terminal = Terminal(program)
    try:
        for name, title, scene in (("terminal", "Two shells share one Redis", shells),
                                   ("neovim", "Neovim: :ServerStatus", neovim)):
            picture = terminalsvg.svg(scene(terminal), title, COLUMNS)
            (folder / f"{name}.svg").write_text(picture)
    finally:
        terminal.close()


if __name__ == "__main__":
    main()
