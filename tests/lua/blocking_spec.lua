-- Nothing makes the editor wait. Counted is what would, and how often; how long that takes depends
-- on the machine, and is for `./dev bench` to measure.
local suite = require("suite")
local world = require("world")
local eq, ok, test = suite.eq, suite.ok, suite.test

local SERVERS = 10
-- What may be spent on waiting at the editor's end.
local MOST_AT_END_MS = 50
-- Files that are looked at: a few for all, and for each server whether it is there.
local MOST_FILES = 10 + 2 * SERVERS

-- Counts what the editor does that blocks it, or takes it long, until _G.count_no_more().
local COUNT = [[
_G.counts = { blocking = {}, waits = {}, requests = {}, spawned = 0, environments = 0, files = 0 }
local counts, is_counting = _G.counts, true
function _G.count_no_more() is_counting = false end
local uv = vim.loop

--- Puts `before` ahead of a function, for when the plugin calls it, and nothing else in the editor.
local function watch(owner, name, before)
    local real = owner[name]
    owner[name] = function(...)
        if is_counting and debug.traceback():find("lua/sharedserver/", 1, true) then
            before(...)
        end
        return real(...)
    end
end

local function blocks(owner, names)
    for _, name in ipairs(names) do
        watch(owner, name, function() table.insert(counts.blocking, name) end)
    end
end
blocks(vim.fn, { "system", "systemlist", "jobwait", "rpcrequest", "getchar", "confirm", "input" })
blocks(uv, { "run", "sleep" })
blocks(os, { "execute" })
blocks(io, { "popen" })

watch(vim, "wait", function(milliseconds) table.insert(counts.waits, milliseconds) end)
watch(vim.fn, "environ", function() counts.environments = counts.environments + 1 end)
watch(uv, "spawn", function() counts.spawned = counts.spawned + 1 end)
local function count_file() counts.files = counts.files + 1 end
for name in pairs(uv) do
    if name:find("^fs_") and name ~= "fs_close" then
        watch(uv, name, count_file)
    end
end
watch(io, "open", count_file)

-- The requests of the protocol, by the method.
local new_pipe, spawn = uv.new_pipe, uv.spawn
uv.new_pipe = function(...)
    local real = new_pipe(...)
    return {
        real = real,
        connect = function(_, ...) return real:connect(...) end,
        read_start = function(_, ...) return real:read_start(...) end,
        write = function(_, lines)
            for _, line in ipairs(is_counting and lines or {}) do
                local method = line:match('"method":"(%w+)"')
                counts.requests[method] = (counts.requests[method] or 0) + 1
            end
            return real:write(lines)
        end,
        close = function() return real:close() end,
        is_closing = function() return real:is_closing() end,
    }
end
uv.spawn = function(program, options, ...)
    for i = 1, 3 do
        local pipe = options.stdio[i]
        options.stdio[i] = type(pipe) == "table" and pipe.real or pipe
    end
    return spawn(program, options, ...)
end
]]

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

-- Whether all are attached; asks nobody.
local ALL_ATTACHED = ([[
    local session = package.loaded["sharedserver.session"]
    for i = 1, %d do
        if not session or not session.is_attached("server" .. i) then
            return false
        end
    end
    return true
]]):format(SERVERS)

---@param nvim test.Editor
local function wait_for_all(nvim)
    nvim:wait("all are attached", ALL_ATTACHED)
end

--- What an editor has done from its start until now.
---@param nvim test.Editor
---@return table counts
local function counts_of(nvim)
    return nvim:lua("_G.count_no_more() return _G.counts")
end

---@param counts table
local function check_start(counts)
    eq(counts.blocking, {}, "calls that block")
    eq(counts.waits, {}, "waits")
    ok(counts.files > 0, "nothing was counted")
    ok(counts.files <= MOST_FILES, ("%d files were looked at"):format(counts.files))
end

for _, lazy in ipairs({ false, true }) do
    local kind = lazy and "lazy " or ""
    test(("ten %sservers that run already cost one short request each"):format(kind), function()
        wait_for_all(world.editor(setup(false)))
        local nvim = world.editor(COUNT .. setup(lazy))
        wait_for_all(nvim)
        local counts = counts_of(nvim)
        check_start(counts)
        eq(counts.requests, { hello = 1, subscribe = 1, use = SERVERS })
        eq(counts.spawned, 0, "programs run")
        eq(counts.environments, 0, "environments gathered")
    end)
end

test("ten servers that have to be started cost one watcher, and a request each", function()
    local nvim = world.editor(COUNT .. setup(false))
    wait_for_all(nvim)
    local counts = counts_of(nvim)
    eq(counts.blocking, {}, "calls that block")
    eq(counts.waits, {}, "waits")
    eq(counts.requests, { hello = 1, subscribe = 1, use = SERVERS })
    eq(counts.spawned, 1, "programs run")
    eq(counts.environments, SERVERS, "environments gathered")
end)

test("a watcher that does not answer blocks nothing", function()
    local nvim = world.editor(setup(false))
    wait_for_all(nvim)
    local watcher = world.watcher_pid()
    world.kill(watcher, "sigstop")
    local other = world.editor(COUNT .. setup(false))
    check_start(counts_of(other))
    eq(other:lua(ALL_ATTACHED), false)
    other:quit()
    world.kill(watcher, "sigcont")
end)

-- Writes what the editor does at its end to a file, at the very end.
local LEAVE = [[
    local file = %q
    vim.api.nvim_create_autocmd("VimLeave", { callback = function()
        _G.count_no_more()
        local out = io.open(file, "w")
        out:write(vim.json.encode(_G.counts))
        out:close()
    end })
]]

--- Lets an editor end, and tells what it has done at its end.
---@param prepare fun(nvim: test.Editor)
---@return table counts
local function leave(prepare)
    local file = world.path .. "/leave"
    local nvim = world.editor(COUNT .. setup(false) .. LEAVE:format(file))
    wait_for_all(nvim)
    prepare(nvim)
    nvim:lua("_G.counts.requests, _G.counts.spawned = {}, 0")
    nvim:quit()
    eq(nvim.exit_code, 0)
    local counts = vim.json.decode(assert(world.read(file)))
    eq(counts.blocking, {}, "calls that block")
    eq(#counts.waits, 1, "waits")
    ok(counts.waits[1] <= MOST_AT_END_MS, ("it may wait %d ms"):format(counts.waits[1]))
    return counts
end

test("the editor's end detaches, and waits for the answers no longer than 50 ms", function()
    local counts = leave(function() end)
    eq(counts.requests, { unuse = SERVERS })
    eq(counts.spawned, 0, "programs run")
    suite.wait("its clients are gone", function()
        return world.info("server1").state == "grace"
    end)
end)

test("and where the watcher does not answer", function()
    local watcher
    leave(function()
        watcher = world.watcher_pid()
        world.kill(watcher, "sigstop")
    end)
    world.kill(watcher, "sigcont")
    suite.wait("its clients are gone", function()
        return world.info("server1").state == "grace"
    end)
end)

test("and where the watcher has just been killed", function()
    leave(function()
        local watcher = world.watcher_pid()
        world.kill(watcher, "sigkill")
        -- One that takes longer than the editor waits looks like one that is at it.
        world.wait_for_end(watcher)
    end)
    suite.wait("a new watcher sees that the client is gone", function()
        return world.info("server1").state == "grace" and world.watcher_pid()
    end)
end)

test("and where no watcher can be had", function()
    leave(function(nvim)
        nvim:lua("vim.env.SHAREDSERVER_BIN = '/no/such'")
        world.kill(world.watcher_pid(), "sigkill")
        nvim:wait_note("/no/such")
    end)
    eq(world.info("server1").state, "grace")
end)
