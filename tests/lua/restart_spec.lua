-- Servers that are started again by their restart policy.
local suite = require("suite")
local world = require("world")
local eq, test = suite.eq, suite.test

--- A server that ends with that code as often as end_it() asks for it.
---@param code integer
---@return string
local function command(code)
    local script = "until [ -e %s ]; do sleep 0.01; done; rm %s; exit %d"
    local file = world.path .. "/end"
    return script:format(file, file, code)
end

local function end_it()
    world.write("end", "")
end

local INIT = [[
    _G.started, _G.ended = {}, {}
    require("sharedserver").setup({
        notify = { on_stop = true },
        servers = {
            web = {
                lazy = true,
                on_start = function(pid) table.insert(_G.started, pid) end,
                on_exit = function(code) table.insert(_G.ended, code or "unknown") end,
            },
        },
    })
]]

local IS_ATTACHED = "return require('sharedserver.session').is_attached('web')"

--- An editor that is attached to a server with that policy.
---@param policy string
---@param code integer
---@return test.Editor
local function attached_editor(policy, code)
    local driver = tostring(vim.fn.getpid())
    world.cli({ "use", "web", "--pid", driver, "--restart", policy, "--", command(code) })
    local nvim = world.editor(INIT)
    nvim:wait_attached("web")
    return nvim
end

---@param nvim test.Editor
---@param pattern string
---@param count integer
local function wait_notes(nvim, pattern, count)
    suite.wait(("%d notifications like %s"):format(count, pattern), function()
        return #vim.tbl_filter(function(note)
            return note:find(pattern)
        end, nvim:notes()) == count
    end)
end

---@param nvim test.Editor
---@param old integer
---@return integer pid
local function wait_for_another(nvim, old)
    return suite.wait("another process", function()
        local pid = nvim:status("web").pid
        return pid and pid ~= old and pid
    end)
end

test("a server that crashes twice is told of twice, and stays attached to", function()
    local nvim = attached_editor("on-failure", 3)
    local pid = nvim:status("web").pid
    for count = 1, 2 do
        end_it()
        wait_notes(nvim, "'web' .*exit code 3.* It is started again in %d+s", count)
        eq(nvim:lua(IS_ATTACHED), true)
        pid = wait_for_another(nvim, pid)
        eq(nvim:status("web").attached, true)
    end
    eq(nvim:lua("return { _G.started, _G.ended }"), { {}, {} }, "a restart is no end")
    world.cli({ "admin", "stop", "web" })
    nvim:wait("on_exit", "return _G.ended[1]")
    eq(nvim:lua(IS_ATTACHED), false)
end)

test("one that ends well, and is always started again, is no error", function()
    local nvim = attached_editor("always", 0)
    -- As if it had been started some time ago.
    nvim:lua("local real = os.time; os.time = function(...) return real(...) + 3600 end")
    local pid = nvim:status("web").pid
    end_it()
    local note = nvim:wait_note("'web' has ended %(exit code 0%)%. It is started again in")
    eq(note.level, vim.log.levels.INFO)
    wait_for_another(nvim, pid)
    eq(nvim:lua(IS_ATTACHED), true)
end)

test("stop ends the pause before a restart", function()
    local nvim = attached_editor("on-failure", 3)
    end_it()
    nvim:wait_note("It is started again")
    eq(nvim:lua("return require('sharedserver').stop('web', { all = true })"), true)
    nvim:wait("on_exit", "return _G.ended[1]")
    eq(world.info("web").restart_remaining, nil)
    eq(nvim:lua(IS_ATTACHED), false)
end)

test("in the pause, stop leaves a server to its other users", function()
    local nvim = attached_editor("on-failure", 3)
    local pid = nvim:status("web").pid
    end_it()
    nvim:wait_note("It is started again")
    eq(nvim:lua("return require('sharedserver').stop('web')"), true)
    eq(nvim:lua(IS_ATTACHED), false)
    wait_for_another(nvim, pid)
    eq(world.info("web").refcount, 1)
end)

test("in the pause, the menu offers to stop a server", function()
    local nvim = world.editor("")
    for refcount, stop in pairs({ [0] = "Stop", [2] = "Stop for all (2 others)" }) do
        local texts = nvim:lua(
            [[
                local info = { name = "web", state = "stopped", restart_remaining = 4 }
                info.refcount, info.clients = ..., { { pid = 1 }, { pid = 1 } }
                return vim.tbl_map(function(item)
                    return item.text
                end, require("sharedserver.ui.menu").items(info))
            ]],
            refcount
        )
        eq(texts, { "Start, and attach", stop, "Show all about it", "Follow its log" })
    end
end)
