-- The status window, line by line.
local suite = require("suite")
local world = require("world")
local eq, ok, test = suite.eq, suite.ok, suite.test

local INIT = [[
    require("sharedserver").setup({
        servers = {
            chroma = {
                command = "sh",
                args = { "-c", "echo first; echo second; exec sleep 1000" },
                idle_timeout = "30m",
                description = "Vectors",
            },
            redis = { command = "sleep", args = { "900" }, lazy = true },
        },
    })
]]

local RULE = (" %s"):format(("─"):rep(66))
local HEADER = " NAME                 STATUS       PID      REFS     UPTIME"
local HINT = " Press q or <Esc> to close, ? for all keys"

---@return test.Editor
local function editor()
    local nvim = world.editor(INIT)
    nvim:wait_attached("chroma")
    -- Two hours and a quarter later.
    nvim:lua([[
        local started = require("sharedserver").status("chroma").started_at
        os.time = function() return started + 8100 end
    ]])
    return nvim
end

--- What the floating window shows, its title apart.
---@param nvim test.Editor
---@return string[] lines, string title
local function content(nvim)
    local shown = nvim:lua([[
        for _, window in ipairs(vim.api.nvim_list_wins()) do
            local config = vim.api.nvim_win_get_config(window)
            if config.relative ~= "" then
                local buffer = vim.api.nvim_win_get_buf(window)
                local lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
                local title = config.title and config.title[1][1] or table.remove(lines, 1)
                return { lines, vim.trim(title) }
            end
        end
    ]])
    if shown == vim.NIL then
        return {}, ""
    end
    return shown[1], shown[2]
end

---@param nvim test.Editor
---@param expected string[]
local function wait_for_content(nvim, expected)
    local lines
    local came = vim.wait(suite.PATIENCE_MS, function()
        lines = content(nvim)
        return vim.deep_equal(lines, expected)
    end, 20)
    if not came then
        eq(lines, expected)
    end
end

---@param text string
---@return fun(lines: string[]): boolean
local function has(text)
    return function(lines)
        return table.concat(lines, "\n"):find(text, 1, true) ~= nil
    end
end

---@param nvim test.Editor
---@param what string
---@param condition fun(lines: string[]): boolean
local function wait_until(nvim, what, condition)
    suite.wait(what, function()
        return condition((content(nvim)))
    end)
end

local function chroma_row(nvim, refs, more)
    local row = " ● chroma             running      %-9d%-9d2h 15m"
    return row:format(nvim:status("chroma").pid, refs) .. (more or "")
end

local REDIS_ROW = " ○ redis              stopped      -        -        -       [lazy]"

test("all servers", function()
    local nvim = editor()
    nvim:lua("vim.cmd('ServerStatus')")
    local expected = { HEADER, RULE, chroma_row(nvim, 1), REDIS_ROW, "", HINT }
    wait_for_content(nvim, expected)
    local _, title = content(nvim)
    eq(title, "Shared Servers")
    eq(nvim:lua("return vim.api.nvim_get_current_line()"), expected[3], "the cursor's line")
    nvim:type("q")
    nvim:wait("it is closed", "return #vim.api.nvim_list_wins() == 1")
    nvim:lua("vim.cmd('ServerList')")
    wait_for_content(nvim, expected)
    nvim:type("<Esc>")
    nvim:wait("it is closed again", "return #vim.api.nvim_list_wins() == 1")
end)

test("grace, detached and external ones", function()
    world.cli({ "admin", "start", "alien", "--grace-period", "1h", "--", "sleep", "1000" })
    local nvim, other = editor(), world.editor(INIT)
    eq(other:lua("return require('sharedserver').start('redis')"), true)
    nvim:lua([[
        require("sharedserver.ui.appearance").uptime = function() return "1m 1s" end
        require("sharedserver.ui.appearance").remaining = function(info)
            return info.state == "grace" and "stops in 9m 9s" or ""
        end
        vim.cmd("ServerStatus")
    ]])
    local function row(start, name, more)
        local text = "%s%-9d%d        1m 1s   %s"
        local info = world.info(name)
        return (text:format(start, info.pid, info.refcount, more):gsub("%s+$", ""))
    end
    local expected = {
        HEADER,
        " " .. ("─"):rep(85),
        row(" ⏳ alien             GRACE        ", "alien", "[external] stops in 9m 9s"),
        row(" ● chroma             running      ", "chroma", ""),
        row(" ● redis              running      ", "redis", "[lazy] [detached]"),
        "",
        HINT,
    }
    wait_for_content(nvim, expected)
end)

test("it keeps itself up to date", function()
    local nvim = editor()
    nvim:lua("vim.cmd('ServerStatus')")
    wait_for_content(nvim, { HEADER, RULE, chroma_row(nvim, 1), REDIS_ROW, "", HINT })
    local other = world.editor(INIT)
    other:wait_attached("chroma")
    wait_for_content(nvim, { HEADER, RULE, chroma_row(nvim, 2), REDIS_ROW, "", HINT })
    other:crash()
    wait_for_content(nvim, { HEADER, RULE, chroma_row(nvim, 1), REDIS_ROW, "", HINT })
    world.kill(nvim:status("chroma").pid, "sigkill")
    wait_until(nvim, "chroma has stopped", has("○ chroma             stopped"))
end)

test("what happens is shown when it happens", function()
    local nvim = editor()
    nvim:lua([[
        local new_timer = vim.loop.new_timer
        vim.loop.new_timer = function()
            local real = new_timer()
            -- The clock of the window stands still.
            return {
                start = function(_, delay, again, callback)
                    return again == 0 and real:start(delay, again, callback)
                end,
                stop = function() real:stop() end,
                close = function() real:close() end,
            }
        end
        vim.cmd("ServerStatus")
    ]])
    wait_for_content(nvim, { HEADER, RULE, chroma_row(nvim, 1), REDIS_ROW, "", HINT })
    local other = world.editor(INIT)
    other:wait_attached("chroma")
    wait_for_content(nvim, { HEADER, RULE, chroma_row(nvim, 2), REDIS_ROW, "", HINT })
end)

test("time goes on while nothing happens", function()
    local nvim = editor()
    nvim:lua("vim.cmd('ServerStatus')")
    wait_for_content(nvim, { HEADER, RULE, chroma_row(nvim, 1), REDIS_ROW, "", HINT })
    nvim:lua("local before = os.time; os.time = function() return before() + 86400 end")
    wait_until(nvim, "another uptime", has("1d 2h"))
end)

test("it survives the watcher", function()
    local nvim = editor()
    nvim:lua("vim.cmd('ServerStatus')")
    local expected = { HEADER, RULE, chroma_row(nvim, 1), REDIS_ROW, "", HINT }
    wait_for_content(nvim, expected)
    world.kill(world.watcher_pid(), "sigkill")
    nvim:wait("a new connection", "return require('sharedserver.link').is_up()")
    local other = world.editor(INIT)
    other:wait_attached("chroma")
    wait_for_content(nvim, { HEADER, RULE, chroma_row(nvim, 2), REDIS_ROW, "", HINT })
end)

test("keys start, stop and restart the server under the cursor", function()
    local nvim = editor()
    nvim:lua("vim.cmd('ServerStatus')")
    nvim:type("jr") -- starts what does not run
    wait_until(nvim, "redis runs", has("● redis              running"))
    local pid = nvim:status("redis").pid
    nvim:type("r")
    nvim:wait("another process", "return require('sharedserver').status('redis').pid ~= ...", pid)
    nvim:type("x")
    wait_until(nvim, "redis has stopped", has(REDIS_ROW))
    nvim:type("s")
    wait_until(nvim, "redis runs again", has("● redis              running"))
    eq(nvim:status("chroma").attached, true)
end)

test("stopping what others use takes a yes", function()
    local nvim, other = editor(), world.editor(INIT)
    other:wait_attached("chroma")
    nvim:lua([[
        vim.fn.confirm = function(question)
            _G.question = question
            return _G.reply or 2
        end
        vim.cmd("ServerStatus")
    ]])
    nvim:type("x")
    nvim:wait("the question", "return _G.question")
    eq(nvim:lua("return _G.question"), "chroma has 1 other client. Stop it for all?")
    eq(nvim:status("chroma").attached, true)
    nvim:lua("_G.reply = 1")
    nvim:type("x")
    wait_until(nvim, "chroma has stopped", has("○ chroma             stopped"))
end)

test("one server in detail", function()
    local nvim = editor()
    nvim:lua("vim.cmd('ServerStatus chroma')")
    local info = world.info("chroma")
    local expected = {
        " ● chroma  running",
        " Vectors",
        " " .. ("─"):rep(60),
        (" PID           %d"):format(info.pid),
        (" Uptime        2h 15m (since %s)"):format(os.date("%Y-%m-%d %H:%M:%S", info.started_at)),
        " Grace period  30m",
        " Command       sh -c 'echo first; echo second; exec sleep 1000'",
        " Directory     " .. vim.fn.getcwd(),
        " CPU, memory   (load)",
        (" Watcher       PID %d"):format(info.watcher_pid),
        "",
        " CLIENTS (1)",
        " PID      ATTACHED   REMARK",
        (" %-9d(time)     nvim-%d, this Neovim"):format(nvim.pid, nvim.pid),
        "",
        " LOG",
        " File          ~/.local/state/sharedserver/logs/chroma.log",
        " first",
        " second",
        "",
        " Press q or <Esc> to close, <BS> for all servers, ? for all keys",
    }
    local lines
    local function shown()
        lines = content(nvim)
        for i, line in ipairs(lines) do
            line = line:gsub("%d+%.%d %%, %d+%.%d MiB", "(load)")
            lines[i] = line:gsub("2h 1[45]m     ", "(time)     ")
        end
        return vim.deep_equal(lines, expected)
    end
    if not vim.wait(suite.PATIENCE_MS, shown, 20) then
        eq(lines, expected)
    end
end)

test("the details that the files tell at once name our watcher as ours", function()
    local nvim = editor()
    local watcher = nvim:lua([[
        vim.cmd("ServerStatus chroma")
        for _, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
            if line:find("^ Watcher") then
                return line
            end
        end
    ]])
    eq(watcher, (" Watcher       PID %d"):format(world.watcher_pid()))
end)

test("a stopped server in detail, and from one view to the other", function()
    local nvim = editor()
    nvim:lua("vim.cmd('ServerStatus')")
    nvim:type("j<CR>")
    local expected = {
        " ○ redis  stopped  [lazy]",
        " " .. ("─"):rep(60),
        " Command       sleep 900",
        "",
        " LOG",
        " File          ~/.local/state/sharedserver/logs/redis.log",
        " empty",
        "",
        " Press q or <Esc> to close, <BS> for all servers, ? for all keys",
    }
    wait_for_content(nvim, expected)
    nvim:type("?")
    wait_until(nvim, "the help", has("KEYS"))
    nvim:type("?")
    wait_for_content(nvim, expected)
    nvim:type("<BS>")
    wait_for_content(nvim, { HEADER, RULE, chroma_row(nvim, 1), REDIS_ROW, "", HINT })
    nvim:wait("the cursor is back", "return vim.api.nvim_get_current_line():find('redis')")
end)

test("the help leads back to where it was opened", function()
    local nvim = editor()
    local all = { HEADER, RULE, chroma_row(nvim, 1), REDIS_ROW, "", HINT }
    nvim:lua("vim.cmd('ServerStatus')")
    wait_for_content(nvim, all)
    nvim:type("j<CR>")
    wait_until(nvim, "the details", has("Command       sleep 900"))
    nvim:type("<BS>")
    wait_for_content(nvim, all)
    nvim:type("?")
    wait_until(nvim, "the help", has("KEYS"))
    nvim:type("?")
    wait_for_content(nvim, all)
end)

test("how a server has ended, and what differs", function()
    local nvim = editor()
    nvim:lua("require('sharedserver').register('chroma', { command = 'sleep', args = { 5 } })")
    nvim:lua("vim.cmd('ServerStatus chroma')")
    wait_until(nvim, "the difference", has(" Configured    sleep 5 (not the one that runs)"))
    world.kill(nvim:status("chroma").pid, "sigkill")
    wait_until(nvim, "its end", has(" Ended with    signal 9"))
end)

test("a server that is not ready yet, and one that is about to be started again", function()
    local ready, gone = world.path .. "/ready", world.path .. "/gone"
    local driver = tostring(vim.fn.getpid())
    local check = "exec:test -e " .. ready
    local function use(name, ...)
        local words = vim.list_extend({ "use", name, "--pid", driver }, { ... })
        local _, code = world.cli(words)
        eq(code, 0, name)
    end
    use("slow", "--ready", check, "--", "sleep", "1000")
    local crash = ("until [ -e %s ]; do sleep 0.01; done; exit 3"):format(gone)
    use("weak", "--restart", "on-failure", "--", crash)
    local nvim = world.editor("require('sharedserver').setup()")
    nvim:lua("vim.cmd('ServerStatus slow')")
    wait_until(nvim, "its details", has(" ● slow  running  [external] not ready"))
    nvim:lua("vim.cmd('ServerStatus')")
    wait_until(nvim, "it is not ready", function(lines)
        return lines[3]:find("^ ● slow +running .*%[external%] not ready$")
    end)
    world.write("ready", "")
    wait_until(nvim, "it is ready", function(lines)
        return lines[3]:find("^ ● slow +running .*%[external%]$")
    end)
    world.write("gone", "")
    -- It crashes at once each time, and the pauses grow: so this is there to be seen.
    wait_until(nvim, "the pause before a restart", function(lines)
        return lines[4]:find("^ ○ weak +stopped +- +1 +- +restarts in %ds$")
    end)
    nvim:lua("vim.cmd('ServerStatus weak')")
    wait_until(nvim, "the pause in the details", function(lines)
        return lines[1]:find("^ ○ weak  stopped  restarts in %d+s$")
    end)
    wait_until(nvim, "its end", has(" Ended with    exit code 3"))
    ok(not has("not configured")(content(nvim)), "it is used")
end)

test("it can be closed in any way, and opened again", function()
    local nvim = editor()
    for _, command in ipairs({
        "quit",
        "close",
        "bwipeout",
        "bdelete",
        "wincmd p | only",
        "tabnew | tabprevious | tabclose",
        "lua vim.api.nvim_win_close(0, true)",
    }) do
        nvim:lua("vim.cmd('ServerStatus')")
        wait_until(nvim, "the table", has("chroma"))
        local problem = nvim:lua("return select(2, pcall(vim.cmd, ...))", command)
        ok(problem == vim.NIL or problem == "", ("%s: %s"):format(command, problem))
        -- What is still under way must not bring it back, nor fail.
        nvim:settle()
        eq(nvim:lua("return vim.v.errmsg"), "", command)
    end
    nvim:lua("vim.cmd('ServerStatus | ServerStatus chroma | ServerStatus')")
    wait_until(nvim, "the table", has(REDIS_ROW))
    local floats = nvim:lua([[
        return #vim.tbl_filter(function(window)
            return vim.api.nvim_win_get_config(window).relative ~= ""
        end, vim.api.nvim_list_wins())
    ]])
    eq(floats, 1)
    nvim:type("q")
    nvim:wait("nobody is told of changes any more", "return #vim.api.nvim_list_wins() == 1")
end)

test("without any server", function()
    local nvim = world.editor("require('sharedserver').setup()")
    nvim:lua("vim.cmd('ServerStatus')")
    wait_for_content(nvim, {
        HEADER,
        " " .. ("─"):rep(60),
        " No server is configured, and none runs. See :help sharedserver-setup",
        "",
        HINT,
    })
    nvim:lua("vim.cmd('ServerStatus nothing')")
    wait_until(nvim, "word of nothing", has("It is not configured and does not run."))
end)

test("every highlight group of the views is defined", function()
    local nvim = world.editor("")
    local undefined = nvim:lua([[
        local undefined = {}
        for group, link in pairs(require("sharedserver.ui.highlights").LINKS) do
            local id = vim.fn.hlID(group)
            if vim.fn.synIDattr(vim.fn.synIDtrans(id), "name") == group then
                table.insert(undefined, group)
            end
        end
        return undefined
    ]])
    eq(undefined, {})
end)
