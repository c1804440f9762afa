-- Starting, using and stopping servers from one Neovim.
local suite = require("suite")
local world = require("world")
local eq, test = suite.eq, suite.test

local SETUP = [[
_G.started, _G.ended = {}, {}
require("sharedserver").setup({
    servers = {
        web = {
            command = "sleep",
            args = { 1000 },
            lazy = %s,
            on_start = function(pid) table.insert(_G.started, pid) end,
            on_exit = function(code) table.insert(_G.ended, code or "unknown") end,
        },
    },
})
]]

local function editor(lazy)
    return world.editor(SETUP:format(tostring(lazy)))
end

test("a server is started when the editor starts", function()
    local nvim = editor(false)
    nvim:wait_attached("web")
    local info = world.info("web")
    eq(info.state, "active")
    eq(info.refcount, 1)
    eq(info.clients[1].pid, nvim.pid)
    eq(info.command, { "sleep", "1000" })
    nvim:wait("on_start", "return _G.started[1]")
    eq(nvim:lua("return _G.started"), { info.pid })
    nvim:wait_note("Started 'web' %(PID " .. info.pid .. "%)")
end)

test("a lazy server is not started", function()
    local nvim = editor(true)
    eq(nvim:status("web"), { name = "web", running = false, attached = false, lazy = true })
    eq(vim.fn.isdirectory(world.locks), 0, "nothing was asked for, so nothing was made")
end)

test("a lazy server that runs is attached to, and on_start not called", function()
    local first = editor(false)
    first:wait_attached("web")
    local second = editor(true)
    second:wait_attached("web")
    eq(world.info("web").refcount, 2)
    eq(second:lua("return _G.started"), {})
end)

test("a lazy server in its grace period is attached to", function()
    world.cli({ "admin", "start", "web", "--", "sleep", "1000" })
    eq(world.info("web").state, "grace")
    local nvim = editor(true)
    nvim:wait_attached("web")
    eq(world.info("web").state, "active")
end)

test("status tells all about a running server", function()
    local nvim = editor(false)
    nvim:wait_attached("web")
    local status, info = nvim:status("web"), world.info("web")
    eq(status, {
        name = "web",
        running = true,
        attached = true,
        pid = info.pid,
        refcount = 1,
        lazy = false,
        state = "active",
        started_at = info.started_at,
    })
    eq(nvim:lua("return require('sharedserver').status_all()"), { web = status })
end)

test("status of a server in its grace period", function()
    world.cli({ "admin", "start", "other", "--", "sleep", "1000" })
    local nvim = editor(true)
    nvim:lua("require('sharedserver').register('other', { lazy = true })")
    nvim:wait_attached("other")
    eq(nvim:lua("return require('sharedserver').detach('other')"), true)
    local status = nvim:status("other")
    eq(status.state, "grace")
    eq(status.running, true)
    eq(status.attached, false)
    eq(status.refcount, 0)
end)

test("status of what is not registered is an error", function()
    local nvim = editor(true)
    eq(vim.tbl_keys(nvim:status("nothing")), { "error" })
    eq(nvim:lua("return require('sharedserver').is_registered('nothing')"), false)
    eq(nvim:lua("return require('sharedserver').is_registered('web')"), true)
    eq(nvim:lua("return require('sharedserver').list()"), { "web" })
end)

test("start waits and tells whether it worked", function()
    local nvim = editor(true)
    eq(nvim:lua("return require('sharedserver').start('web')"), true)
    eq(nvim:status("web").attached, true)
    eq(nvim:lua("return require('sharedserver').start('web')"), true, "again")
    eq(world.info("web").refcount, 1)
    eq(nvim:lua("return require('sharedserver').start('nothing')"), false)
    nvim:wait_note("Server 'nothing' is not configured")
end)

test("start of a command that is not there fails", function()
    local nvim = editor(true)
    nvim:lua("require('sharedserver').register('bad', { command = '/no/such', lazy = true })")
    eq(nvim:lua("return require('sharedserver').start('bad')"), false)
    eq(nvim:wait_note("/no/such").level, vim.log.levels.ERROR)
    eq(nvim:status("bad").running, false)
end)

test("attach_if_running attaches, and never starts", function()
    local nvim = editor(true)
    local attach = "return require('sharedserver').attach_if_running('web')"
    eq(nvim:lua(attach), false)
    world.cli({ "admin", "start", "web", "--", "sleep", "1000" })
    eq(nvim:lua(attach), true)
    eq(nvim:status("web").attached, true)
    eq(nvim:notes(), {}, "none of this is an error")
end)

test("stop ends a server that nobody else uses", function()
    local nvim = editor(false)
    nvim:wait_attached("web")
    local pid = nvim:status("web").pid
    eq(nvim:lua("return require('sharedserver').stop('web')"), true)
    eq(nvim:status("web").running, false)
    suite.ok(not world.is_alive(pid), "the server lives on")
    nvim:wait("on_exit", "return _G.ended[1]")
    eq(nvim:lua("return _G.ended"), { 143 })
    eq(nvim:lua("return require('sharedserver').stop('web')"), true, "again")
end)

test("stop leaves a server to its other users", function()
    local first, second = editor(false), editor(true)
    first:wait_attached("web")
    eq(second:lua("return require('sharedserver').start('web')"), true)
    eq(first:lua("return require('sharedserver').stop('web')"), true)
    eq(first:status("web").running, true)
    eq(first:status("web").attached, false)
    eq(world.info("web").refcount, 1)
    eq(first:lua("return require('sharedserver').stop('web', { all = true })"), true)
    eq(first:status("web").running, false)
    second:wait("on_exit in the other one", "return _G.ended[1]")
end)

test("stop_all stops everything", function()
    local nvim = editor(false)
    nvim:wait_attached("web")
    nvim:lua("require('sharedserver').register('two', { command = 'sleep', args = { '99' } })")
    nvim:wait_attached("two")
    eq(nvim:lua("return require('sharedserver').stop_all()"), true)
    eq(nvim:status("web").running, false)
    eq(nvim:status("two").running, false)
end)

test("restart keeps the clients and calls on_start, not on_exit", function()
    local first, second = editor(false), editor(true)
    first:wait_attached("web")
    eq(second:lua("return require('sharedserver').start('web')"), true)
    local old = first:status("web").pid
    eq(first:lua("return require('sharedserver').restart('web')"), true)
    local new = first:status("web").pid
    suite.ok(new ~= old, "the same process")
    eq(world.info("web").refcount, 2)
    first:wait("on_start", "return #_G.started == 2")
    eq(first:lua("return _G.started"), { old, new })
    eq(second:lua("return { _G.started, _G.ended }"), { {}, {} })
end)

test("restart starts what does not run", function()
    local nvim = editor(true)
    eq(nvim:lua("return require('sharedserver').restart('web')"), true)
    eq(nvim:status("web").attached, true)
end)

test("restart of a server that is not registered attaches as well", function()
    world.cli({ "admin", "start", "other", "--", "sleep", "1000" })
    local nvim = editor(true)
    eq(nvim:lua("return require('sharedserver').restart('other')"), true)
    eq(nvim:lua("return require('sharedserver.session').is_attached('other')"), true)
    eq(world.info("other").clients[1].pid, nvim.pid)
    eq(#nvim:notes(), 1, "it is told once")
end)

test("who detaches while a restart is under way stays detached", function()
    local script = [[
        trap 'touch %s/asked; until [ -e %s/end ]; do sleep 0.01; done; exit' TERM
        while :; do sleep 0.01; done
    ]]
    local command = script:format(world.path, world.path)
    world.cli({ "use", "other", "--pid", tostring(vim.fn.getpid()), "--", command })
    local nvim = editor(true)
    local old = world.info("other").pid
    nvim:lua([[
        require("sharedserver.servers").restart("other", function(err)
            _G.answer = { err = err }
        end)
    ]])
    suite.wait("its being asked to end", function()
        return world.read(world.path .. "/asked")
    end)
    eq(nvim:lua("return require('sharedserver').detach('other')"), true)
    world.write("end", "")
    nvim:wait("the answer to the restart", "return _G.answer")
    eq(nvim:lua("return _G.answer"), {})
    suite.ok(world.info("other").pid ~= old, "the same process")
    eq(world.info("other").refcount, 1)
    eq(nvim:lua("return require('sharedserver.session').is_attached('other')"), false)
end)

test("restart takes a new command where nobody else uses the server", function()
    local nvim = editor(false)
    nvim:wait_attached("web")
    nvim:lua("require('sharedserver').register('web', { command = 'sleep', args = { '555' } })")
    eq(nvim:lua("return require('sharedserver').restart('web')"), true)
    eq(world.info("web").command, { "sleep", "555" })
    eq(nvim:status("web").attached, true)
end)

test("a server gets the editor's world and what is configured", function()
    local dump = world.path .. "/dump"
    local init = ([[
        vim.env.FROM_EDITOR = "set in init.lua"
        require("sharedserver").setup({
            servers = {
                web = {
                    command = "(pwd; env; umask) >%s.part; mv %s.part %s; exec sleep 99",
                    env = { ADDED = "~/added", NUMBER = 5, HOME_IS = "not ~/ expanded" },
                    working_dir = "~/work",
                    log_file = "~/web.log",
                    idle_timeout = "1h 30m",
                },
            },
        })
    ]]):gsub("%%s", dump)
    vim.fn.mkdir(vim.env.HOME .. "/work", "p")
    local nvim = world.editor(init)
    nvim:wait_attached("web")
    local lines = suite.wait("the server's report", function()
        local content = world.read(dump)
        return content and vim.split(content, "\n")
    end)
    eq(lines[1], vim.env.HOME .. "/work")
    for _, line in ipairs({
        "FROM_EDITOR=set in init.lua",
        "ADDED=" .. vim.env.HOME .. "/added",
        "NUMBER=5",
        "HOME_IS=not ~/ expanded",
    }) do
        suite.ok(vim.tbl_contains(lines, line), line .. " is missing")
    end
    local umask = vim.fn.system("umask"):gsub("%s", "")
    eq(lines[#lines - 1], umask)
    local info = world.info("web")
    eq(info.grace_period, "1h 30m")
    eq(info.log_file, vim.env.HOME .. "/web.log")
end)

test("a server gets its readiness check and its restart policy", function()
    local file = world.path .. "/ready"
    local nvim = world.editor(([[
        require("sharedserver").setup({
            servers = {
                web = {
                    command = "sleep 99",
                    ready = { exec = { "test", "-e", %q }, interval = "10ms" },
                    restart = "on-failure",
                },
            },
        })
    ]]):format(file))
    nvim:wait_attached("web")
    local info = world.info("web")
    eq({ info.ready, info.restart }, { false, "on-failure" })
    world.write("ready", "")
    suite.wait("its readiness", function()
        return world.info("web").ready
    end)
end)

test("a readiness check that makes no sense is an error that names it", function()
    local nvim = editor(true)
    nvim:lua([[
        require("sharedserver").register("bad", {
            command = "sleep 99",
            ready = { tcp = "no port" },
            lazy = true,
        })
    ]])
    eq(nvim:lua("return require('sharedserver').start('bad')"), false)
    suite.matches(nvim:wait_note("'ready'").message, "'bad'.*'ready'.*port")
end)

test("bytes that are no text reach the server unharmed", function()
    local dump = world.path .. "/dump"
    local nvim = world.editor(([[
        require("sharedserver").setup({
            servers = {
                web = {
                    command = "sh",
                    args = {
                        "-c",
                        'printf %%s "$1$RAW" >%s.part; mv %s.part %s; exec sleep 99',
                        "sh",
                        "\255a\237\160\128",
                    },
                    env = { RAW = "\192\128é" },
                },
            },
        })
    ]]):format(dump, dump, dump))
    nvim:wait_attached("web")
    local content = suite.wait("the server's report", function()
        return world.read(dump)
    end)
    eq(content, "\255a\237\160\128\192\128é")
end)

test("an environment larger than a line reaches the server", function()
    local dump = world.path .. "/dump"
    local nvim = world.editor(([[
        for i = 1, 12 do
            vim.env["BIG" .. i] = ("\1x"):rep(50000)
        end
        require("sharedserver").setup({
            servers = {
                web = {
                    command = "sh",
                    args = { "-c", "env | grep -c ^BIG >%s.part; mv %s.part %s; exec sleep 99" },
                },
            },
        })
    ]]):format(dump, dump, dump))
    nvim:wait_attached("web")
    eq(
        suite.wait("the server's report", function()
            return world.read(dump)
        end),
        "12\n"
    )
end)

test("a server is not used where skip_if_env is set", function()
    local nvim = world.editor([[
        vim.env.IN_CI = "1"
        require("sharedserver").setup({
            servers = { web = { command = "sleep 99", skipIfEnv = "IN_CI" } },
        })
    ]])
    eq(nvim:lua("return require('sharedserver').list()"), {})
end)

test("the editor's end detaches, and the grace period begins", function()
    local nvim = editor(false)
    nvim:wait_attached("web")
    nvim:quit()
    eq(world.info("web").state, "grace")
end)
