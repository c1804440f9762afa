-- Servers that only servers.json defines, which the program is asked for.
local suite = require("suite")
local world = require("world")
local eq, matches, ok, test = suite.eq, suite.matches, suite.ok, suite.test

local WEB = [[{"servers": {
    "web": {"command": "sleep", "args": ["1000"], "description": "The site"},
    "lazy-one": {"command": "sleep", "args": ["1001"], "lazy": true},
    "broken": {"command": 7}
}}]]

--- The user's own definitions.
local function define(content)
    world.write("home/.config/sharedserver/servers.json", content)
end

-- What was asked to be chosen from, and an answer to that.
local CHOOSE = [[
_G.choices, _G.wanted = {}, {}
vim.ui.select = function(items, options, done)
    local texts = vim.tbl_map(options.format_item, items)
    table.insert(_G.choices, { prompt = options.prompt, texts = texts })
    local wanted = table.remove(_G.wanted, 1)
    for i, text in ipairs(texts) do
        if wanted and text:find(wanted, 1, true) then
            return done(items[i], i)
        end
    end
    done(nil, nil)
end
]]

local function editor(code)
    return world.editor("require('sharedserver').setup()\n" .. (code or ""))
end

--- Waits until the editor offers exactly these.
local function wait_offers(nvim, line, expected)
    nvim:wait("completion of " .. line, [[
        local line, expected = ...
        return vim.deep_equal(vim.fn.getcompletion(line, "cmdline"), expected)
    ]], line, expected)
end

--- The text of the window, joined.
local function text(nvim)
    return nvim:lua("return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n')")
end

local function wait_text(nvim, pattern)
    suite.wait("the text " .. pattern, function()
        return text(nvim):find(pattern)
    end)
end

local function choose(nvim, command, ...)
    nvim:lua("_G.wanted = { ... }", ...)
    nvim:lua("vim.cmd(...)", command)
end

test("names are known by the time they are completed", function()
    define(WEB)
    local nvim = editor()
    nvim:type(":ServerStart ")
    nvim:wait("the names", "return require('sharedserver.defined').known().web ~= nil")
    nvim:type("w<Tab>")
    nvim:wait("a whole name", "return vim.fn.getcmdline() == 'ServerStart web'")
    nvim:type("<Esc>")
end)

test("what is defined is completed wherever a name goes", function()
    define(WEB)
    local nvim = editor()
    for _, command in ipairs({ "Start", "Stop", "Restart", "Status", "Log", "Menu" }) do
        wait_offers(nvim, "Server" .. command .. " ", { "broken", "lazy-one", "web" })
    end
    wait_offers(nvim, "ServerStart l", { "lazy-one" })
end)

test("what is defined is found again after it has changed", function()
    define(WEB)
    local nvim = editor()
    wait_offers(nvim, "ServerStart w", { "web" })
    define([[{"servers": {"worker": {"command": "sleep"}}}]])
    wait_offers(nvim, "ServerStart w", { "worker" })
end)

test("each directory has its own definitions", function()
    local one, two = world.path .. "/one", world.path .. "/two"
    world.write("one/.sharedserver.json", [[{"servers": {"in-one": {"command": "sleep"}}}]])
    world.write("two/.sharedserver.json", [[{"servers": {"in-two": {"command": "sleep"}}}]])
    for _, folder in ipairs({ one, two }) do
        vim.fn.system({ "chmod", "-R", "go-w", folder })
    end
    local nvim = world.editor("require('sharedserver').setup()", { cwd = one })
    wait_offers(nvim, "ServerStart in", { "in-one" })
    nvim:lua("vim.cmd('cd ' .. ...)", two)
    wait_offers(nvim, "ServerStart in", { "in-two" })
end)

test("ServerStart starts what only servers.json defines", function()
    define(WEB)
    local nvim = editor()
    nvim:lua("vim.cmd('ServerStart web')")
    nvim:wait_note("Started 'web' %(PID %d+%)")
    local info = world.info("web")
    eq(info.state, "active")
    eq(info.command, { "sleep", "1000" })
    eq(info.refcount, 1)
    eq(info.clients[1].pid, nvim.pid)
    ok(nvim:lua("return require('sharedserver.session').is_attached('web')"), "it is attached")
    nvim:quit()
    suite.wait("the grace period", function()
        return world.info("web").state == "grace"
    end)
end)

test("its death is told as that of any other", function()
    define(WEB)
    local nvim = editor(world.STANDING_CLOCK)
    nvim:lua("vim.cmd('ServerStart web')")
    nvim:wait_note("Started 'web'")
    world.kill(world.info("web").pid, "sigkill")
    nvim:wait_note("'web' died .* %(signal 9%)")
end)

test("start() does the same and waits, for lazy ones as well", function()
    define(WEB)
    local nvim = editor()
    eq(nvim:lua("return require('sharedserver').start('lazy-one')"), true)
    eq(world.info("lazy-one").clients[1].pid, nvim.pid)
    eq(nvim:lua("return require('sharedserver').is_registered('lazy-one')"), false)
end)

test("one that runs is attached to", function()
    define(WEB)
    world.cli({ "admin", "start", "web" })
    local nvim = editor()
    eq(nvim:lua("return require('sharedserver').start('web')"), true)
    eq(world.info("web").refcount, 1)
    eq(nvim:notes(), {}, "attaching is told only where that is wanted")
end)

test("ServerRestart starts one that does not run", function()
    define(WEB)
    local nvim = editor()
    nvim:lua("vim.cmd('ServerRestart web')")
    nvim:wait_note("Started 'web'")
    eq(world.info("web").refcount, 1)
end)

test("what is wrong with a definition is told", function()
    define(WEB)
    local nvim = editor()
    eq(nvim:lua("return require('sharedserver').start('broken')"), false)
    matches(nvim:wait_note("broken").message, "servers.broken.command")
end)

test("one that ends at once is an error with its exit code and its last words", function()
    define([[{"servers": {"web": {"command": "sh", "args": ["-c", "echo no luck; exit 3"]}}}]])
    local nvim = editor()
    eq(nvim:lua("return require('sharedserver').start('web')"), false)
    local note = nvim:wait_note("exit code 3")
    eq(note.level, vim.log.levels.ERROR)
    matches(note.message, "^sharedserver: Server 'web' [^\n]*exit code 3[^\n]*\nno luck$")
end)

test("what nobody defines is an error", function()
    define(WEB)
    local nvim = editor()
    eq(nvim:lua("return require('sharedserver').start('nothing')"), false)
    nvim:wait_note("'nothing' is not configured, and servers.json does not define it")
end)

test("a configured server does not ask servers.json", function()
    define(WEB)
    local nvim = world.editor([[
        require("sharedserver").setup({
            servers = { web = { command = "sleep", args = { "5000" }, lazy = true } },
        })
    ]])
    eq(nvim:lua("return require('sharedserver').start('web')"), true)
    eq(world.info("web").command, { "sleep", "5000" })
end)

test("the list shows them, stopped and running", function()
    define(WEB)
    local nvim = editor()
    nvim:lua("vim.cmd('ServerList')")
    wait_text(nvim, "○ web +stopped .*%[defined%]")
    wait_text(nvim, "○ broken +unreadable")
    world.cli({ "admin", "start", "web" })
    wait_text(nvim, "⏳ web +GRACE .*%[defined%] %[detached%]")
    nvim:type("q")
end)

test("the details of one that does not run say how it is defined", function()
    define(WEB)
    local nvim = editor()
    nvim:lua("vim.cmd('ServerStatus web')")
    wait_text(nvim, "The site")
    matches(text(nvim), "Command +sleep 1000")
    ok(not text(nvim):find("not configured"), "it is defined")
end)

test("the menu starts, stops and shows", function()
    define(WEB)
    local nvim = editor(CHOOSE)
    choose(nvim, "ServerMenu", "web", "Start")
    nvim:wait_note("Started 'web'")
    eq(nvim:lua("return _G.choices"), {
        {
            prompt = "Shared server",
            texts = { "○ broken (unreadable)", "○ lazy-one (stopped)", "○ web (stopped)" },
        },
        {
            prompt = "web (stopped)",
            texts = { "Start, and attach", "Show all about it", "Follow its log" },
        },
    })
    choose(nvim, "ServerMenu web", "Show all")
    wait_text(nvim, "CLIENTS %(1%)")
    nvim:type("q")
    choose(nvim, "ServerMenu web", "Stop")
    suite.wait("its end", function()
        return world.info("web").state == "stopped"
    end)
    eq(nvim:lua("return _G.choices[4]"), {
        prompt = "web (running)",
        texts = { "Detach", "Stop", "Restart", "Show all about it", "Follow its log" },
    })
end)

test("the menu tells of other clients, and does nothing where nothing is chosen", function()
    define(WEB)
    world.cli({ "use", "web", "--pid", tostring(vim.fn.getpid()) })
    local nvim = editor(CHOOSE)
    choose(nvim, "ServerMenu web")
    nvim:wait("the menu", "return _G.choices[1]")
    local texts = nvim:lua("return _G.choices[1].texts")
    eq({ texts[1], texts[2] }, { "Attach", "Stop for all (1 other)" })
    choose(nvim, "ServerMenu web", "Attach")
    suite.wait("its attachment", function()
        return world.info("web").refcount == 2
    end)
    choose(nvim, "ServerMenu web", "Detach")
    suite.wait("its detachment", function()
        return world.info("web").refcount == 1
    end)
end)

test("its plain Stop takes nothing from one who came while it was open", function()
    define(WEB)
    world.cli({ "admin", "start", "web" })
    local nvim = editor([[
        vim.ui.select = function(items, options, done)
            _G.stop = function()
                for _, item in ipairs(items) do
                    if options.format_item(item) == "Stop" then
                        done(item)
                    end
                end
            end
        end
    ]])
    nvim:lua("vim.cmd('ServerMenu web')")
    nvim:wait("the menu", "return _G.stop ~= nil")
    world.cli({ "use", "web", "--pid", tostring(vim.fn.getpid()) })
    nvim:lua("_G.stop()")
    nvim:wait_note("Detached from 'web', which goes on")
    eq(world.info("web").refcount, 1)
end)

--- A program that does not begin with that command before there is a file "begin", and does not end
--- before there is a file "end"; whatever else it is asked for it does at once.
local function slow_program(command)
    local script = [[
#!/bin/sh
[ "$1" = %s ] || exec %s "$@"
until [ -e %s/begin ]; do sleep 0.01; done
%s "$@"
code=$?
until [ -e %s/end ]; do sleep 0.01; done
exit $code
]]
    local real, folder = world.program, world.path
    local content = script:format(command, real, folder, real, folder)
    local path = world.write("slow", content)
    vim.loop.fs_chmod(path, 493)
    return path
end

-- A Neovim may detach while the program still starts a server for it.
for _, case in ipairs({ { "after", "begin", "end" }, { "before", "end", "begin" } }) do
    test("who detaches right " .. case[1] .. " the program has attached stays detached", function()
        define(WEB)
        world.cli({ "use", "web", "--pid", tostring(vim.fn.getpid()) })
        world.write(case[2], "")
        local nvim = editor("vim.env.SHAREDSERVER_BIN = " .. vim.inspect(slow_program("admin")))
        nvim:lua([[
            require("sharedserver.servers").start("web", function(err, result)
                _G.answer = { err = err, result = result }
            end)
        ]])
        if case[1] == "after" then
            suite.wait("its attachment", function()
                return world.info("web").refcount == 2
            end)
        end
        eq(nvim:lua("return require('sharedserver').detach('web')"), true)
        world.write(case[3], "")
        nvim:wait("the answer to the start", "return _G.answer")
        eq(nvim:lua("return require('sharedserver.session').is_attached('web')"), false)
        eq(world.info("web").refcount, 1)
    end)
end

test("an answer for the directory before a :cd is not taken for that of the new one", function()
    for _, folder in ipairs({ "one", "two" }) do
        local content = [[{"servers": {"in-%s": {"command": "sleep", "args": ["1000"]}}}]]
        world.write(folder .. "/.sharedserver.json", content:format(folder))
        vim.fn.system({ "chmod", "-R", "go-w", world.path .. "/" .. folder })
    end
    world.write("end", "")
    local nvim = world.editor("require('sharedserver').setup()", {
        cwd = world.path .. "/one",
        env = { SHAREDSERVER_BIN = slow_program("list") },
    })
    nvim:lua(
        [[
            require("sharedserver.defined").refresh()
            vim.cmd("cd " .. ...)
            require("sharedserver.servers").start("in-two", function(err)
                _G.answer = { message = err and err.message }
            end)
        ]],
        world.path .. "/two"
    )
    world.write("begin", "")
    nvim:wait("the answer", "return _G.answer")
    eq(nvim:lua("return _G.answer"), {})
    eq(world.info("in-two").refcount, 1)
end)

test("nothing is asked before it is needed, nor where there is no program", function()
    define(WEB)
    local nvim = world.editor([[
        vim.env.SHAREDSERVER_BIN = "/nowhere/sharedserver"
        require("sharedserver").setup()
    ]])
    eq(nvim:lua("return vim.fn.getcompletion('ServerStart ', 'cmdline')"), {})
    eq(nvim:notes(), {})
    eq(nvim:lua("return require('sharedserver').start('web')"), false)
    nvim:wait_note("/nowhere/sharedserver")
end)
