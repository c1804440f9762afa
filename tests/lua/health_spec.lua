-- :checkhealth sharedserver
local suite = require("suite")
local world = require("world")
local test = suite.test

-- For where the watcher does not hang, however busy the machine is.
local PATIENT = "require('sharedserver.health').PATIENCE_MS = 30000\n"

---@param nvim test.Editor
---@return string
local function health_of(nvim)
    return nvim:lua([[
        vim.cmd("silent checkhealth sharedserver")
        local report
        vim.wait(30000, function()
            report = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
            return report:find("servers", 1, true) ~= nil
        end, 10)
        return report
    ]])
end

---@param report string
---@param patterns string[]
local function match_all(report, patterns)
    for _, pattern in ipairs(patterns) do
        suite.matches(report, pattern)
    end
end

test("all is well", function()
    local nvim = world.editor(PATIENT .. [[
        require("sharedserver").setup({ servers = {
            web = { command = "sleep", args = { 1000 } },
            lazy = { command = "sleep 5", lazy = true },
        } })
    ]])
    nvim:wait_attached("web")
    local report = health_of(nvim)
    match_all(report, {
        "OK:? " .. vim.pesc(world.program) .. ", version %d",
        "OK:? " .. vim.pesc(world.locks) .. " %(from %$SHAREDSERVER_LOCKDIR%) is safe",
        "OK:? A headless watcher answers %(PID "
            .. world.watcher_pid()
            .. ", version %S+, protocol 1%)",
        "OK:? web: active %(PID %d+, refcount 1%), attached",
        "OK:? lazy: stopped %(lazy%)",
        "OK:? No mistakes found",
    })
    suite.ok(not report:find("ERROR") and not report:find("WARNING"), report)
end)

test("nothing is there yet", function()
    local report = health_of(world.editor("require('sharedserver').setup()"))
    match_all(report, { "is not there yet", "None runs; one is started", "None is configured" })
end)

test("mistakes are found", function()
    local nvim = world.editor([[
        require("sharedserver").setup({ servers = {
            comand = { command = "sleep 5", lazy = true, idle_timout = "5m" },
            time = { command = "sleep 5", lazy = true, idle_timeout = "soon" },
            missing = { command = "no-such-command", args = { "x" }, lazy = true },
            place = { command = "sleep 5", working_dir = "/no/such", lazy = true },
        } })
    ]])
    match_all(health_of(nvim), {
        "WARNING:? server 'comand', option 'idle_timout' is no option.*'idle_timeout'",
        "ERROR:? server 'time', option 'idle_timeout' 'soon' is no duration",
        "ERROR:? missing: command 'no%-such%-command' is not executable",
        "ERROR:? place: working_dir '/no/such' is no directory",
    })
end)

test("a missing program, and one that is another's", function()
    local nvim = world.editor("require('sharedserver').setup({ cmd = '/no/such' })")
    match_all(health_of(nvim), { "ERROR:? '/no/such' %(from the option cmd%)", "dev build" })
    local program = world.write("other", "#!/bin/sh\n[ $# = 1 ] && echo sharedserver 0.4.4\n")
    vim.loop.fs_chmod(program, 493)
    nvim:lua("require('sharedserver').setup({ cmd = ... })", program)
    match_all(health_of(nvim), { "ERROR:? .*other 0.4.4 is not the program that belongs" })
end)

test("an unsafe lock directory, and a hanging watcher", function()
    vim.fn.mkdir(world.locks, "p", 511)
    vim.loop.fs_chmod(world.locks, 511)
    local nvim = world.editor("require('sharedserver').setup()")
    match_all(
        health_of(nvim),
        { "ERROR:? " .. vim.pesc(world.locks) .. ".*can be written by others" }
    )

    world.cli({ "admin", "start", "web", "--", "sleep", "1000" })
    local watcher = world.watcher_pid()
    world.kill(watcher, "sigstop")
    match_all(health_of(nvim), { "ERROR:? The watcher does not answer" })
    world.kill(watcher, "sigcont")
end)

test("a control socket of another user", function()
    if vim.loop.getuid() ~= 0 then
        return -- nobody else can make one
    end
    vim.fn.mkdir(world.locks, "p", 448)
    vim.fn.writefile({}, world.locks .. "/control.sock")
    vim.loop.fs_chown(world.locks .. "/control.sock", 65534, 65534)
    local nvim = world.editor("require('sharedserver').setup()")
    match_all(health_of(nvim), { "ERROR:? .*holds a control socket of another user" })
end)

test("a server that runs another command", function()
    world.cli({ "admin", "start", "web", "--", "sleep", "1000" })
    local nvim = world.editor([[
        require("sharedserver").setup({ servers = { web = { command = "sleep", args = { 5 } } } })
    ]])
    nvim:wait_attached("web")
    match_all(health_of(nvim), { "WARNING:? web: active .*by another command" })
end)

--- A watcher that lists one server a page.
---@param count integer
local function paging_watcher(count)
    local wire = require("sharedserver.wire")
    local pid = vim.loop.os_getpid()
    local function page(after)
        local number = after and tonumber(after:match("%d+")) + 1 or 1
        local name = "server" .. number
        return {
            servers = {
                { name = name, state = "active", pid = 1000 + number, refcount = 0 },
            },
            next = number < count and name or nil,
        }
    end
    local answers = {
        hello = function()
            return { protocol = 1, pid = pid, version = "1", kind = "headless" }
        end,
        list = function(params)
            return page(params.after)
        end,
    }
    local server = world.impostor(function(client)
        client:read_start(function(_, chunk)
            for line in (chunk or ""):gmatch("[^\n]+") do
                local request = assert(wire.decode(line))
                local answer = { jsonrpc = "2.0", id = request.id }
                if answers[request.method] then
                    answer.result = answers[request.method](request.params)
                else
                    local data = { kind = "not_running" }
                    answer.error = { code = -32000, message = "It does not run.", data = data }
                end
                client:write(wire.encode(answer))
            end
        end)
    end)
    return server
end

test("all servers are looked at where there are more than one answer holds", function()
    local server = paging_watcher(3)
    local nvim = world.editor(PATIENT .. [[
        local servers = {}
        for i = 1, 3 do
            servers["server" .. i] = { command = "sleep", lazy = true }
        end
        require("sharedserver").setup({ servers = servers })
    ]])
    local report = health_of(nvim)
    server:close()
    for i = 1, 3 do
        suite.matches(report, ("server%d: active %%(PID %d"):format(i, 1000 + i))
    end
end)
