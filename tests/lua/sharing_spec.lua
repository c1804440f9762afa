-- Several Neovims and one server.
local suite = require("suite")
local world = require("world")
local eq, test = suite.eq, suite.test

local SETUP = [[
_G.started, _G.ended = {}, {}
require("sharedserver").setup({
    servers = {
        web = {
            command = "echo $$ >>%s; exec sleep 1000",
            on_start = function(pid) table.insert(_G.started, pid) end,
            on_exit = function(code) table.insert(_G.ended, code or "unknown") end,
        },
    },
})
]]

local function init()
    return SETUP:format(world.path .. "/starts")
end

local function starts()
    return vim.split(vim.trim(world.read(world.path .. "/starts") or ""), "\n")
end

---@param count integer
---@return test.Editor[]
local function editors(count)
    local all = {}
    for i = 1, count do
        all[i] = world.launch_editor(init())
    end
    for _, editor in ipairs(all) do
        editor:wait_attached("web")
    end
    return all
end

local function wait_refcount(count)
    suite.wait("refcount " .. count, function()
        return (world.info("web").refcount or 0) == count
    end)
end

test("two Neovims share one server", function()
    local first, second = unpack(editors(2))
    eq(world.info("web").refcount, 2)
    eq(#starts(), 1)
    eq(first:status("web"), second:status("web"))
    first:quit()
    eq(world.info("web").refcount, 1)
    second:quit()
    eq(world.info("web").state, "grace")
end)

test("ten Neovims that start at once share one server", function()
    local all = editors(10)
    eq(world.info("web").refcount, 10)
    eq(#starts(), 1)
    local calls = 0
    for _, editor in ipairs(all) do
        calls = calls + #editor:lua("return _G.started")
    end
    eq(calls, 1, "on_start of the one that started it")
    for i = 1, 9 do
        all[i]:quit()
    end
    eq(world.info("web").refcount, 1)
end)

test("a killed Neovim is not counted any more", function()
    local first, second = unpack(editors(2))
    first:crash()
    wait_refcount(1)
    eq(world.info("web").clients[1].pid, second.pid)
    second:crash()
    suite.wait("grace", function()
        return world.info("web").state == "grace"
    end)
end)

test("on_exit is called in every attached Neovim, with the exit code", function()
    local first, second = unpack(editors(2))
    local third = world.editor(init())
    third:wait_attached("web")
    eq(third:lua("return require('sharedserver').detach('web')"), true)
    world.kill(world.info("web").pid, "sigkill")
    for _, editor in ipairs({ first, second }) do
        editor:wait("on_exit", "return _G.ended[1]")
        eq(editor:lua("return _G.ended"), { 137 })
        eq(editor:status("web").attached, false)
        editor:wait_note("'web'.*signal 9")
    end
    eq(third:lua("return _G.ended"), {}, "the one that had detached")
end)

test("a stop by one is no error in the other", function()
    local first, second = unpack(editors(2))
    eq(first:lua("return require('sharedserver').stop('web', { all = true })"), true)
    second:wait("on_exit", "return _G.ended[1]")
    for _, note in ipairs(second:notes()) do
        suite.matches(note, "Started") -- whichever of the two was first
    end
    eq(second:status("web").running, false)
end)

test("a restart by one leaves the other attached", function()
    local first, second = unpack(editors(2))
    eq(first:lua("return require('sharedserver').restart('web')"), true)
    eq(second:status("web").attached, true)
    suite.wait("the second start", function()
        return #starts() == 2
    end)
    world.kill(second:status("web").pid, "sigkill")
    second:wait("on_exit of the new one", "return _G.ended[1]")
end)

test("somebody else can detach and attach a Neovim", function()
    local nvim = unpack(editors(1))
    world.cli({ "unuse", "web", "--pid", tostring(nvim.pid) })
    eq(nvim:status("web").attached, false)
    nvim:wait("it is noticed", "return not require('sharedserver.session').is_attached('web')")
    world.cli({ "admin", "incref", "web", "--pid", tostring(nvim.pid) })
    eq(nvim:status("web").attached, true)
    nvim:wait("its connection", "return require('sharedserver.link').is_up()")
end)

test("servers of the command line are seen", function()
    world.cli({ "admin", "start", "web", "--", "sleep", "1000" })
    local nvim = world.editor(init())
    nvim:wait_attached("web")
    eq(nvim:lua("return _G.started"), {})
    eq(nvim:notes(), {}, "attaching is not worth a word")
end)

test("where there are too many clients to name them all, a Neovim still knows of itself", function()
    local nvim = unpack(editors(1))
    -- Another client whose remark leaves room for no second one. Those of lower pids are named, so
    -- it may also be the one that is left out, once pids have begun anew.
    local driver = { "web", "--pid", tostring(vim.fn.getpid()) }
    local remark = ("x"):rep(21800)
    world.cli(vim.list_extend({ "admin", "incref", "--metadata", remark }, driver))
    local third = world.editor("")
    world.cli({ "admin", "incref", "web", "--pid", tostring(third.pid) })
    local info
    nvim:lua("require('sharedserver.servers').info('web', function(info) _G.info = info end)")
    nvim:wait("the info", "return _G.info")
    info = nvim:lua("return _G.info")
    eq(info.refcount, 3)
    suite.ok(info.clients_omitted, "all are named")
    eq(nvim:status("web").attached, true)
    eq(nvim:lua("return require('sharedserver.session').is_attached('web')"), true)
    eq(nvim:lua("return require('sharedserver.session').others(_G.info)"), 2)
    nvim:lua("vim.cmd('ServerStatus web')")
    nvim:wait("the number of its clients", [[
        local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
        local text = table.concat(lines, "\n")
        return text:find("CLIENTS %(3%)") and text:find("\n and %d more")
    ]])
    -- It hears of its end, too.
    world.kill(info.pid, "sigkill")
    nvim:wait("on_exit", "return _G.ended[1]")
end)
