-- The status window: the table of all servers, line by line, its keys, and how it comes and goes.
local suite = require("suite")
local window = require("statuswindow")
local world = require("world")
local eq, ok, test = suite.eq, suite.ok, suite.test
local editor, content, wait_for_content = window.editor, window.content, window.wait_for_content
local wait_until, has, chroma_row = window.wait_until, window.has, window.chroma_row
local INIT, RULE, HEADER = window.INIT, window.RULE, window.HEADER
local HINT, REDIS_ROW = window.HINT, window.REDIS_ROW

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
