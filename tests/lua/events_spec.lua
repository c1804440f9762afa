-- What users are told.
local suite = require("suite")
local world = require("world")
local eq, test = suite.eq, suite.test
local ERROR, INFO = vim.log.levels.ERROR, vim.log.levels.INFO

---@param server string fields of the server, in Lua
---@param options? string of setup, in Lua
---@return test.Editor
local function editor(server, options)
    local init = world.STANDING_CLOCK .. [[
        _G.ended = {}
        require("sharedserver").setup({
            servers = {
                web = {
                    %s,
                    on_exit = function(code) table.insert(_G.ended, code or "unknown") end,
                },
            },
            %s
        })
    ]]
    return world.editor(init:format(server, options or ""))
end

-- A server that ends with that code once somebody asks for it.
local OBEDIENT = [[command = "until [ -e %s ]; do sleep 0.01; done; exit %d"]]

local function obedient(code)
    return OBEDIENT:format(world.path .. "/end", code)
end

local function end_it()
    world.write("end", "")
end

test("a server that ends at once is an error with exit code and its last words", function()
    local nvim = editor([[command = "echo no luck today; exit 3"]])
    local note = nvim:wait_note("exit code 3")
    eq(note.level, ERROR)
    suite.matches(note.message, "'web'")
    suite.matches(note.message, "no luck today")
    eq(#nvim:notes(), 1, "it is told once")
    eq(nvim:status("web").running, false)
end)

test("a server that dies within three seconds is an error, even with exit code 0", function()
    local nvim = editor(obedient(0))
    nvim:wait_attached("web")
    end_it()
    local note = nvim:wait_note("died")
    eq(note.level, ERROR)
    suite.matches(note.message, "'web' died %d%.%d s after its start %(exit code 0%)")
    nvim:wait("on_exit", "return _G.ended[1]")
    eq(nvim:lua("return _G.ended"), { 0 })
end)

test("a server that exits with an error later is an error, with 0 is none", function()
    for _, case in ipairs({ { "bad", 7 }, { "good", 0 } }) do
        world.cli({ "admin", "start", case[1], "--", (obedient(case[2]):match('"(.*)"')) })
    end
    local nvim = world.editor([[
        _G.ended = {}
        local function on_exit(code) table.insert(_G.ended, code) end
        require("sharedserver").setup({
            notify = { on_stop = true },
            servers = {
                bad = { lazy = true, on_exit = on_exit },
                good = { lazy = true, on_exit = on_exit },
            },
        })
    ]])
    nvim:wait_attached("bad")
    nvim:wait_attached("good")
    -- As if it had been some time ago.
    nvim:lua("local real = os.time; os.time = function(...) return real(...) + 3600 end")
    end_it()
    eq(nvim:wait_note("'bad' has ended unexpectedly %(exit code 7%)").level, ERROR)
    eq(nvim:wait_note("'good' has ended").level, INFO)
    nvim:wait("on_exit", "return #_G.ended == 2")
end)

test("by default a start is told, and nothing else that goes well", function()
    local nvim = editor([[command = "sleep 100"]])
    nvim:wait_note("Started 'web'")
    nvim:lua("require('sharedserver').detach('web')")
    nvim:lua("require('sharedserver').start('web')")
    nvim:lua("require('sharedserver').stop('web')")
    nvim:wait("on_exit", "return _G.ended[1]")
    eq(#nvim:notes(), 1)
end)

test("everything can be told", function()
    local nvim = editor(
        [[command = "sleep 100"]],
        "notify = { on_attach = true, on_stop = true, on_start = false }"
    )
    nvim:wait_attached("web")
    nvim:lua("require('sharedserver').detach('web')")
    nvim:wait_note("Detached from 'web'")
    nvim:lua("require('sharedserver').start('web')")
    nvim:wait_note("Attached to 'web' %(PID %d+, 1 client%)")
    nvim:lua("require('sharedserver').stop('web')")
    nvim:wait_note("Stopped 'web'")
    eq(#nvim:notes(), 3)
end)

test("errors can be silenced", function()
    local nvim = editor([[command = "/no/such"]], "notify = { on_error = false }")
    eq(nvim:lua("return require('sharedserver').start('web')"), false)
    eq(nvim:notes(), {})
end)

test("an error in a callback is told, and does no other harm", function()
    local nvim = world.editor([[
        require("sharedserver").setup({
            servers = {
                web = { command = "sleep 99", on_start = function() error("oh dear") end },
            },
        })
    ]])
    eq(nvim:wait_note("on_start of server 'web' failed: .*oh dear").level, ERROR)
    eq(nvim:status("web").attached, true)
end)

test("a command that is not there is an error that names it", function()
    local nvim = editor([[command = "no-such-command", args = { "x" }]])
    local note = nvim:wait_note("no%-such%-command")
    eq(note.level, ERROR)
    suite.matches(note.message, "web")
end)

test("a working directory that is not there is an error that names it", function()
    local nvim = editor([[command = "sleep 99", working_dir = "/no/such/dir"]])
    eq(nvim:wait_note("/no/such/dir").level, ERROR)
end)
