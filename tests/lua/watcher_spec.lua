-- Watchers that come and go while Neovims are attached.
local suite = require("suite")
local world = require("world")
local eq, test = suite.eq, suite.test

local INIT = [[
    _G.started, _G.ended = {}, {}
    require("sharedserver").setup({
        servers = {
            web = {
                command = "sleep 1000",
                on_start = function(pid) table.insert(_G.started, pid) end,
                on_exit = function(code) table.insert(_G.ended, code or "unknown") end,
            },
        },
    })
]]

local IS_UP = "return require('sharedserver.link').is_up()"

---@param init? string
---@return test.Editor
local function attached_editor(init)
    local nvim = world.editor(init or INIT)
    nvim:wait_attached("web")
    return nvim
end

--- Waits for another watcher than that one.
local function wait_for_successor(old)
    return suite.wait("another watcher", function()
        local pid = world.watcher_pid()
        return pid and pid ~= old and pid
    end)
end

test("a crashed watcher is replaced, and the references are intact", function()
    local first, second = attached_editor(), attached_editor()
    local watcher, server = world.watcher_pid(), world.info("web").pid
    world.kill(watcher, "sigkill")
    wait_for_successor(watcher)
    for _, nvim in ipairs({ first, second }) do
        nvim:wait("its connection", IS_UP)
        eq(nvim:status("web").attached, true)
    end
    eq(world.info("web").pid, server)
    eq(world.info("web").refcount, 2)
    eq(second:lua("return { _G.started, _G.ended }"), { {}, {} })
    first:quit()
    eq(world.info("web").refcount, 1)
    -- And events come from the new one.
    world.kill(server, "sigkill")
    second:wait("on_exit", "return _G.ended[1]")
end)

test("a watcher that crashes again and again is replaced each time", function()
    local nvim = attached_editor()
    for _ = 1, 4 do
        local watcher = world.watcher_pid()
        world.kill(watcher, "sigkill")
        wait_for_successor(watcher)
        nvim:wait("its connection", IS_UP)
    end
    nvim:wait_attached("web")
    eq(world.info("web").refcount, 1)
    eq(#nvim:notes(), 1, "nothing but the start")
end)

test("a watcher that hands over is followed by its successor", function()
    local nvim = attached_editor()
    local watcher = world.watcher_pid()
    local successor = vim.fn.jobstart({ world.program, "watch", "--take-over" }, { detach = true })
    eq(wait_for_successor(watcher), vim.fn.jobpid(successor))
    nvim:wait("its connection", IS_UP)
    eq(nvim:status("web").attached, true)
    world.kill(nvim:status("web").pid, "sigkill")
    nvim:wait("on_exit", "return _G.ended[1]")
end)

test("a server that ends while no watcher is there is told of", function()
    local nvim = attached_editor(world.STANDING_CLOCK .. INIT)
    -- No new watcher can be had for now.
    nvim:lua("vim.env.SHAREDSERVER_BIN = '/no/such'")
    local watcher, server = world.watcher_pid(), world.info("web").pid
    world.kill(watcher, "sigkill")
    nvim:wait_note("/no/such")
    world.kill(server, "sigkill")
    world.wait_for_end(server)
    -- Somebody else brings one up.
    world.cli({ "admin", "start", "other", "--", "sleep", "1000" })
    -- Its signal is known where the new watcher came before init(8) had reaped it.
    local is_known = world.info("web").signal == 9
    nvim:wait_note("'web' died .*" .. (is_known and "signal 9" or "exit code unknown"))
    nvim:wait("on_exit", "return _G.ended[1]")
    eq(nvim:status("web").attached, false)
    eq(#nvim:lua("return _G.started"), 1, "it was not started again")
end)

test("where no watcher can be had, the next one is noticed", function()
    local nvim = attached_editor()
    nvim:lua("vim.env.SHAREDSERVER_BIN = '/no/such'")
    world.kill(world.watcher_pid(), "sigkill")
    nvim:wait_note("/no/such")
    eq(nvim:status("web").attached, true, "from the files")
    world.cli({ "admin", "start", "other", "--", "sleep", "1000" })
    nvim:wait("its connection", IS_UP)
    eq(nvim:status("web").attached, true)
    eq(#nvim:notes(), 2, "started, and the missing program once")
end)

test("a request that a crash interrupts is made again", function()
    local nvim = attached_editor()
    local watcher = world.watcher_pid()
    world.kill(watcher, "sigstop")
    nvim:lua([[
        require("sharedserver").register("two", { command = "sleep 99", lazy = true })
        require("sharedserver.servers").start("two", function(err) _G.answer = err or "well" end)
    ]])
    world.kill(watcher, "sigkill")
    nvim:wait("the answer", "return _G.answer")
    eq(nvim:lua("return _G.answer"), "well")
    eq(nvim:status("two").attached, true)
end)

test("requests that a crash interrupts are made again in their order", function()
    local nvim = attached_editor()
    local watcher = world.watcher_pid()
    world.kill(watcher, "sigstop")
    nvim:lua([[
        _G.answers = 0
        local function count() _G.answers = _G.answers + 1 end
        for i = 1, 5 do
            local name = "server" .. i
            require("sharedserver").register(name, { command = "sleep 99", lazy = true })
            require("sharedserver.servers").start(name, count)
            require("sharedserver.session").detach(name, count)
        end
    ]])
    world.kill(watcher, "sigkill")
    nvim:wait("the answers", "return _G.answers == 10")
    for i = 1, 5 do
        eq(world.info("server" .. i).state, "grace")
    end
end)

test("without a program the editor starts, and says what is missing", function()
    local nvim = world.editor(INIT, { env = { SHAREDSERVER_BIN = "/no/such" } })
    suite.matches(nvim:wait_note("/no/such").message, "SHAREDSERVER_BIN")
    eq(nvim:status("web").running, false)
    eq(nvim:lua("return require('sharedserver').start('web')"), false)
    nvim:quit()
    eq(nvim.exit_code, 0)
end)

test("what is wrong with all servers is told once", function()
    local nvim = world.editor(world.STANDING_CLOCK .. [[
        local servers = {}
        for i = 1, 10 do
            servers["server" .. i] = { command = "sleep 99" }
        end
        require("sharedserver").setup({ cmd = "/no/such", servers = servers })
    ]])
    nvim:wait_note("/no/such")
    eq(nvim:lua("return require('sharedserver').start('server1')"), false)
    eq(#nvim:notes(), 1)
end)

test("a watcher of another protocol is told of", function()
    local server = world.impostor(function(client)
        client:read_start(function(_, chunk)
            if chunk then
                client:write(
                    '{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"We speak 2."}}\n'
                )
            end
        end)
    end)
    local nvim = world.editor(INIT)
    nvim:wait_note("We speak 2%.")
    eq(nvim:status("web").running, false)
    eq(#nvim:notes(), 1)
    server:close()
end)

test("a program that fails is quoted", function()
    local program = world.write("program", "#!/bin/sh\necho 'I would rather not.' >&2\nexit 1\n")
    vim.loop.fs_chmod(program, 493)
    local nvim = world.editor(INIT, { env = { SHAREDSERVER_BIN = program } })
    nvim:wait_note("I would rather not%.")
end)

test("nobody is connected without a reason", function()
    local nvim = attached_editor()
    eq(nvim:lua("return require('sharedserver').stop('web')"), true)
    nvim:wait("it lets go", "return not require('sharedserver.link').is_up()")
    local pid = world.watcher_pid()
    if pid then -- it may have left already
        world.wait_for_end(pid)
    end
end)

test("a long path of the lock directory", function()
    local directory = world.path .. "/" .. ("long"):rep(30) .. "/locks"
    local nvim = world.editor(INIT, { env = { SHAREDSERVER_LOCKDIR = directory } })
    nvim:wait_attached("web")
    local watcher = nvim:lua("return require('sharedserver.link').hello().pid")
    eq(nvim:lua("return require('sharedserver').stop('web')"), true)
    world.end_watcher(watcher)
end)

test("a relative lock directory means the same after :cd", function()
    local nvim = world.editor(INIT, { env = { SHAREDSERVER_LOCKDIR = "locks" }, cwd = world.path })
    nvim:wait_attached("web")
    nvim:lua("vim.cmd('cd /')")
    local watcher = world.watcher_pid()
    world.kill(watcher, "sigkill")
    wait_for_successor(watcher)
    nvim:wait("its connection", IS_UP)
    eq(world.info("web").refcount, 1)
end)

test("a directory that others can write is not trusted", function()
    vim.fn.mkdir(world.path .. "/run/sharedserver", "p", 511)
    vim.loop.fs_chmod(world.path .. "/run/sharedserver", 511)
    local nvim = world.editor(INIT, { env = { SHAREDSERVER_LOCKDIR = "" } })
    nvim:wait_note("can be written by others")
    eq(nvim:status("web").running, false)
end)

test("a directory of one's own that is too open is tightened", function()
    vim.fn.mkdir(world.locks, "p", 511)
    vim.loop.fs_chmod(world.locks, 511)
    local nvim = attached_editor()
    eq(nvim:status("web").attached, true)
    eq(vim.loop.fs_stat(world.locks).mode % 512, 448)
end)

test("garbage on the socket does no harm", function()
    local server = world.impostor(function(client)
        client:write('nonsense\n\0\255\n{"id":99}\n[]\n{"jsonrpc":"2.0","id":1,"error":{}}\n')
    end)
    local nvim = world.editor(INIT)
    nvim:wait_note("refused")
    eq(nvim:lua("return 1 + 1"), 2)
    server:close()
end)
