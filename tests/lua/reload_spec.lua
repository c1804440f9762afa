-- The state is right whatever is loaded twice.
local suite = require("suite")
local world = require("world")
local eq, test = suite.eq, suite.test

local INIT = [[
    _G.started = _G.started or {}
    require("sharedserver").setup({
        servers = {
            web = {
                command = "sleep",
                args = { "1000" },
                on_start = function(pid) table.insert(_G.started, pid) end,
            },
        },
    })
]]

local function autocommands(nvim)
    return nvim:lua([[
        local events = {}
        for _, one in ipairs(vim.api.nvim_get_autocmds({ group = "sharedserver" })) do
            table.insert(events, one.event)
        end
        table.sort(events)
        return events
    ]])
end

local COMMANDS = {
    "ServerList",
    "ServerLog",
        "ServerMenu",
    "ServerRestart",
    "ServerStart",
    "ServerStatus",
    "ServerStop",
    "ServerStopAll",
}

local function commands(nvim)
    return nvim:lua([[
        local names = {}
        for name in pairs(vim.api.nvim_get_commands({})) do
            if name:find("^Server") then
                table.insert(names, name)
            end
        end
        table.sort(names)
        return names
    ]])
end

test("setup twice attaches once", function()
    local nvim = world.editor(INIT .. INIT)
    nvim:wait_attached("web")
    nvim:lua(INIT)
    nvim:settle()
    eq(nvim:status("web").refcount, 1)
    eq(#nvim:lua("return _G.started"), 1)
    eq(autocommands(nvim), { "VimEnter", "VimLeave" })
    eq(commands(nvim), COMMANDS)
    nvim:quit()
    eq(world.info("web").state, "grace")
end)

test("attaching once is told once", function()
    local init = [[require("sharedserver").setup({ notify = { on_attach = true } })]] .. INIT
    world.cli({ "admin", "start", "web", "--", "sleep", "1000" })
    local nvim = world.editor(init)
    nvim:wait_attached("web")
    nvim:lua(INIT)
    eq(nvim:lua("return require('sharedserver').start('web')"), true)
    eq(#nvim:notes(), 1)
end)

test("a configuration that stops all at the end leaves the grace period", function()
    for _, event in ipairs({ "VimLeavePre", "VimLeave" }) do
        local leave = [[
            vim.api.nvim_create_autocmd("%s", { callback = function()
                require("sharedserver").stop_all()
            end })
        ]]
        local nvim = world.editor(INIT .. leave:format(event))
        nvim:wait_attached("web")
        nvim:quit()
        eq(world.info("web").state, "grace", event)
    end
end)

test("setup again adds servers, and keeps what it is not told", function()
    local nvim = world.editor(INIT)
    nvim:wait_attached("web")
    nvim:lua([[
        require("sharedserver").setup({
            servers = { two = { command = "sleep", args = { "999" } } },
            notify = { on_start = false },
        })
    ]])
    nvim:wait_attached("two")
    eq(nvim:lua("return require('sharedserver').list()"), { "two", "web" })
    eq(nvim:status("web").attached, true)
end)

test("setup again changes what it is told", function()
    local nvim = world.editor(INIT)
    nvim:wait_attached("web")
    nvim:lua([[
        require("sharedserver").setup({ servers = { web = { command = "other", lazy = true } } })
    ]])
    eq(nvim:status("web").lazy, true)
    eq(nvim:status("web").attached, true)
    eq(world.info("web").command, { "sleep", "1000" })
end)

test("the plugin's file can be sourced again", function()
    local nvim = world.editor(INIT)
    nvim:wait_attached("web")
    nvim:lua("vim.cmd('source ' .. ... .. '/plugin/sharedserver.lua')", world.root)
    nvim:lua("vim.g.loaded_sharedserver = nil")
    nvim:lua("vim.cmd('source ' .. ... .. '/plugin/sharedserver.lua')", world.root)
    eq(nvim:status("web").refcount, 1)
end)

test("the configuration can be sourced again", function()
    local nvim = world.editor(INIT)
    nvim:wait_attached("web")
    for _ = 1, 2 do
        nvim:lua("vim.cmd('source ' .. ...)", world.path .. "/editor1/init.lua")
    end
    nvim:settle()
    eq(nvim:status("web").refcount, 1)
    eq(#nvim:lua("return _G.started"), 1)
    nvim:quit()
    eq(world.info("web").state, "grace")
end)

test("commands can be left out and taken away", function()
    local nvim = world.editor("require('sharedserver').setup({ commands = false })")
    eq(commands(nvim), {})
    nvim:lua("require('sharedserver').setup({ commands = true })")
    eq(commands(nvim), COMMANDS)
    nvim:lua("require('sharedserver').setup({ commands = false })")
    eq(commands(nvim), {})
end)

test("register works without setup, and detaches at the end", function()
    local nvim = world.editor("")
    nvim:lua("require('sharedserver').register('web', { command = 'sleep', args = { '1000' } })")
    nvim:wait_attached("web")
    nvim:quit()
    eq(world.info("web").state, "grace")
end)

test("the commands do what they say", function()
    local nvim = world.editor(INIT)
    nvim:wait_attached("web")
    nvim:lua("vim.cmd('ServerRestart web')")
    nvim:wait_note("Restarted 'web'")
    nvim:lua("vim.cmd('ServerStop web')")
    nvim:wait("its end", "return not require('sharedserver').status('web').running")
    nvim:lua("vim.cmd('ServerStop web')")
    nvim:wait_note("'web' is not running")
    nvim:lua("vim.cmd('ServerStart web')")
    nvim:wait_attached("web")
    local other = world.editor(INIT)
    other:wait_attached("web")
    nvim:lua("vim.cmd('ServerStop web')")
    nvim:wait_note("Detached from 'web', which goes on: another client uses it")
    nvim:lua("vim.cmd('ServerStart web')")
    nvim:wait_attached("web")
    nvim:lua("vim.cmd('ServerStop! web')")
    nvim:wait("its end", "return not require('sharedserver').status('web').running")
    nvim:lua("vim.cmd('ServerStart web')")
    nvim:wait_attached("web")
    nvim:lua("vim.cmd('ServerStopAll')")
    nvim:wait("its end", "return not require('sharedserver').status('web').running")
    nvim:lua("vim.cmd('ServerStart nothing')")
    nvim:wait_note("Server 'nothing' is not configured")
end)

test("names are completed", function()
    world.cli({ "admin", "start", "welcome", "--", "sleep", "1000" })
    local nvim = world.editor(INIT)
    nvim:wait_attached("web")
    local complete = "return vim.fn.getcompletion(..., 'cmdline')"
    eq(nvim:lua(complete, "ServerStop w"), { "web", "welcome" })
    eq(nvim:lua(complete, "ServerStatus wel"), { "welcome" })
    eq(nvim:lua(complete, "ServerStart w"), { "web" })
end)

test(":restart detaches and attaches again", function()
    local nvim = world.editor("")
    if nvim:lua("return vim.fn.exists(':restart')") ~= 2 then
        return -- this version has none
    end
    -- It wants a user interface, which a terminal of the driver is.
    local config = world.write("init.lua", ([[
        vim.opt.runtimepath:append(%q)
        vim.fn.writefile({ tostring(vim.fn.getpid()) }, %q, "a")
    ]]):format(world.root, world.path .. "/pids") .. INIT)
    local function clients()
        local known = world.info("web").clients
        return vim.tbl_map(function(client)
            return client.pid
        end, type(known) == "table" and known or {})
    end
    local function pids()
        return vim.tbl_map(tonumber, vim.split(vim.trim(world.read(world.path .. "/pids")), "\n"))
    end
    local job = vim.fn.termopen({ vim.env.TEST_EDITOR, "-n", "-i", "NONE", "-u", config })
    local first = suite.wait("the first one", function()
        return clients()[1]
    end)
    vim.fn.chansend(job, ":restart\r")
    suite.wait("the second one", function()
        local now = clients()
        return #now == 1 and now[1] ~= first
    end)
    eq(#pids(), 2)
    world.wait_for_end(first)
    vim.fn.chansend(job, ":qall!\r")
    suite.wait("grace", function()
        return world.info("web").state == "grace"
    end)
end)
