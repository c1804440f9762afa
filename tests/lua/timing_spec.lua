-- How long the editor is blocked.
local suite = require("suite")
local world = require("world")
local eq, ok, test = suite.eq, suite.ok, suite.test

local SERVERS = 10
local MOST_AT_START_MS = 3
local MOST_AT_END_MS = 50

-- Adds up the time in which the editor cannot do anything else: the autocommand itself, callbacks
-- of libuv, and scheduled functions.
local MEASURE = [[
_G.blocked_ms, _G.longest_ms = 0, 0
-- Whether all are attached: what comes then is the test's own doing.
local is_done = false
local function look()
    local session = package.loaded["sharedserver.session"]
    for i = 1, %d do
        if not session or not session.is_attached("server" .. i) then
            return
        end
    end
    is_done = true
end
local function timed(callback)
    return callback and function(...)
        local begin = vim.loop.hrtime()
        local results = { callback(...) }
        local time = (vim.loop.hrtime() - begin) / 1e6
        if is_done then
            return unpack(results)
        end
        look()
        _G.blocked_ms = _G.blocked_ms + time
        _G.longest_ms = math.max(_G.longest_ms, time)
        return unpack(results)
    end
end
local new_pipe, schedule = vim.loop.new_pipe, vim.schedule
vim.schedule = function(callback)
    schedule(timed(callback))
end
-- A pipe that times its callbacks.
vim.loop.new_pipe = function(...)
    local real = new_pipe(...)
    return {
        real = real,
        connect = function(_, path, callback) return real:connect(path, timed(callback)) end,
        read_start = function(_, callback) return real:read_start(timed(callback)) end,
        write = function(_, lines) return real:write(lines) end,
        close = function() return real:close() end,
        is_closing = function() return real:is_closing() end,
    }
end
local spawn = vim.loop.spawn
vim.loop.spawn = function(program, options, on_exit)
    options.stdio[3] = options.stdio[3].real
    return spawn(program, options, timed(on_exit))
end
local create_autocmd = vim.api.nvim_create_autocmd
vim.api.nvim_create_autocmd = function(events, options)
    if events == "VimEnter" then
        options.callback = timed(options.callback)
    end
    return create_autocmd(events, options)
end
]]
MEASURE = MEASURE:format(SERVERS)

---@param lazy boolean
---@return string
local function setup(lazy)
    return ([[
        local servers = {}
        for i = 1, %d do
            servers["server" .. i] = { command = "sleep", args = { 1000 + i }, lazy = %s }
        end
        require("sharedserver").setup({ servers = servers, notify = { on_start = false } })
    ]]):format(SERVERS, tostring(lazy))
end

---@param nvim test.Editor
local function wait_for_all(nvim)
    for i = 1, SERVERS do
        nvim:wait_attached("server" .. i)
    end
end

local RESULT = "return { _G.blocked_ms, _G.longest_ms }"

--- The best of some tries: the machine may be busy with something else.
---@param what string
---@param limit number
---@param try fun(): number
local function check_time(what, limit, try)
    local best = math.huge
    for _ = 1, 8 do
        best = math.min(best, try())
        if best <= limit then
            break
        end
    end
    io.stdout:write(("    %s: %.2f ms (at most %g)\n"):format(what, best, limit))
    ok(best <= limit, ("%s took %.2f ms"):format(what, best))
end

for _, lazy in ipairs({ false, true }) do
    local kind = lazy and "lazy " or ""
    test(
        ("ten %sservers that run already block the start for at most 3 ms"):format(kind),
        function()
            wait_for_all(world.editor(setup(false)))
            check_time("VimEnter", MOST_AT_START_MS, function()
                local nvim = world.editor(MEASURE .. setup(lazy))
                wait_for_all(nvim)
                local blocked = nvim:lua(RESULT)[1]
                ok(blocked > 0, "nothing was measured")
                nvim:quit()
                return blocked
            end)
        end
    )
end

test("ten servers that have to be started, too", function()
    -- Starting a program takes the editor longer, so this counts what is ours in one go.
    check_time("the longest step", 2 * MOST_AT_START_MS, function()
        local nvim = world.editor(MEASURE .. setup(false))
        wait_for_all(nvim)
        local longest = nvim:lua(RESULT)[2]
        eq(nvim:lua("return require('sharedserver').stop_all()"), true)
        nvim:quit()
        return longest
    end)
end)

test("a watcher that does not answer blocks nothing", function()
    local nvim = world.editor(setup(false))
    wait_for_all(nvim)
    local watcher = world.watcher_pid()
    world.kill(watcher, "sigstop")
    check_time("VimEnter", MOST_AT_START_MS, function()
        local other = world.editor(MEASURE .. setup(false))
        local blocked = other:lua(RESULT)[1]
        other:quit()
        return blocked
    end)
    world.kill(watcher, "sigcont")
end)

--- How long VimLeave takes: measured in the editor, written to a file at the very end.
local LEAVE = [[
    local file = %q
    vim.api.nvim_create_autocmd("VimLeavePre", { callback = function()
        _G.leaving = vim.loop.hrtime()
    end })
    vim.api.nvim_create_autocmd("VimLeave", { callback = function()
        local out = io.open(file, "w")
        out:write((vim.loop.hrtime() - _G.leaving) / 1e6)
        out:close()
    end })
]]

---@param prepare fun(nvim: test.Editor)
---@return number milliseconds
local function leave_time(prepare)
    local file = world.path .. "/leave"
    local nvim = world.editor(setup(false) .. LEAVE:format(file))
    wait_for_all(nvim)
    prepare(nvim)
    nvim:quit()
    eq(nvim.exit_code, 0)
    return assert(tonumber(world.read(file)))
end

test("the editor's end detaches within 50 ms", function()
    check_time("VimLeave", MOST_AT_END_MS, function()
        local time = leave_time(function() end)
        for i = 1, SERVERS do
            eq(world.info("server" .. i).state, "grace")
        end
        return time
    end)
end)

test("and where the watcher does not answer", function()
    check_time("VimLeave", MOST_AT_END_MS, function()
        local watcher
        local time = leave_time(function()
            watcher = world.watcher_pid()
            world.kill(watcher, "sigstop")
        end)
        world.kill(watcher, "sigcont")
        return time
    end)
    suite.wait("its clients are gone", function()
        return world.info("server1").state == "grace"
    end)
end)

test("and where the watcher has just been killed", function()
    check_time("VimLeave", MOST_AT_END_MS, function()
        return leave_time(function()
            world.kill(world.watcher_pid(), "sigkill")
        end)
    end)
    suite.wait("a new watcher sees that the client is gone", function()
        return world.info("server1").state == "grace" and world.watcher_pid()
    end)
end)

test("and where no watcher can be had", function()
    check_time("VimLeave", MOST_AT_END_MS, function()
        local watcher
        local time = leave_time(function(nvim)
            nvim:lua("vim.env.SHAREDSERVER_BIN = '/no/such'")
            watcher = world.watcher_pid()
            world.kill(watcher, "sigkill")
            nvim:wait_note("/no/such")
        end)
        return time
    end)
    eq(world.info("server1").state, "grace")
end)
