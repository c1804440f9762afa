-- The window that shows a server's log.
local suite = require("suite")
local world = require("world")
local eq, test = suite.eq, suite.test

test("a log is followed", function()
    local log = world.path .. "/web.log"
    local nvim = world.editor(([[
        require("sharedserver").setup({
            servers = { web = { command = "echo one; exec sleep 99", log_file = %q } },
        })
    ]]):format(log))
    nvim:wait_attached("web")
    nvim:wait("its first line", "return vim.fn.getfsize(...) > 0", log)
    nvim:lua("vim.cmd('ServerLog web')")
    local function wait_lines(expected)
        nvim:wait(
            "lines of the log",
            [[
                local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
                return vim.deep_equal(lines, ...)
            ]],
            expected
        )
    end
    wait_lines({ "one", "" })
    local file = assert(io.open(log, "a"))
    file:write("\27[31mtwo\27[0m\nthr")
    file:flush()
    wait_lines({ "one", "two", "thr" })
    file:write("ee\n")
    file:flush()
    wait_lines({ "one", "two", "three", "" })
    nvim:wait("the cursor follows", "return vim.fn.line('.') == 4")
    -- Another file in its place.
    world.write("new.log", "new\n")
    assert(vim.loop.fs_rename(world.path .. "/new.log", log))
    wait_lines({ "new", "" })
    nvim:type("q")
    nvim:wait("it is closed", "return #vim.api.nvim_list_wins() == 1")
end)

test("a log that is not there", function()
    local nvim = world.editor("require('sharedserver').setup()")
    nvim:lua("vim.cmd('ServerLog nothing')")
    nvim:wait_note("'nothing' has no log: .*nothing.log is not there")
end)

test("the log of a stopped server is where servers.json says", function()
    local log = world.write("defined.log", "its last words\n")
    local json = vim.fn.json_encode({
        { name = "web", state = "stopped", defined = true, command = { "x" }, log_file = log },
    })
    local program = world.write("program", ("#!/bin/sh\necho '%s'\n"):format(json))
    vim.loop.fs_chmod(program, 493)
    local nvim = world.editor("require('sharedserver').setup()", {
        env = { SHAREDSERVER_BIN = program },
    })
    nvim:lua("vim.cmd('ServerLog web')")
    nvim:wait("its log", [[
        return vim.api.nvim_buf_get_lines(0, 0, -1, false)[1] == "its last words"
    ]])
end)

test("a relative folder for state does not count, as for the program", function()
    local nvim = world.editor("", { env = { XDG_STATE_HOME = "state" } })
    local path = nvim:lua("return require('sharedserver.logfile').path({ name = 'web' })")
    eq(path, vim.env.HOME .. "/.local/state/sharedserver/logs/web.log")
end)
