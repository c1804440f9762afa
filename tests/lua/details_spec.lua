-- The status window's details of one server, line by line, and the way there and back.
local suite = require("suite")
local window = require("statuswindow")
local world = require("world")
local eq, ok, test = suite.eq, suite.ok, suite.test
local editor, content, wait_for_content = window.editor, window.content, window.wait_for_content
local wait_until, has, chroma_row = window.wait_until, window.has, window.chroma_row
local RULE, HEADER, HINT = window.RULE, window.HEADER, window.HINT
local REDIS_ROW = window.REDIS_ROW

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
