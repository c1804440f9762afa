-- What setup() makes of what it is given.
local suite = require("suite")
local world = require("world")
local eq, test = suite.eq, suite.test

---@param options string in Lua
---@return test.Editor
local function editor(options)
    return world.editor(('require("sharedserver").setup({ %s })'):format(options))
end

--- What has become of a server's configuration.
local function definition(nvim, name)
    return nvim:lua("return require('sharedserver.config').servers[...]", name)
end

test("setup needs nothing", function()
    local nvim = world.editor('require("sharedserver").setup()')
    eq(nvim:lua("return require('sharedserver').list()"), {})
    eq(nvim:lua("return require('sharedserver').status_all()"), {})
    eq(nvim:notes(), {})
end)

test("a leading ~/ is expanded in command, args, env and paths", function()
    local nvim = editor([[
        servers = {
            web = {
                command = "~/bin/web",
                args = { "--data", "~/data", "--not=~/x", 80 },
                env = { DATA = "~/data", N = 1, B = true },
                log_file = "~/web.log",
                working_dir = "~/work/",
                lazy = true,
            },
        },
    ]])
    local home = vim.env.HOME
    local web = definition(nvim, "web")
    eq(web.command, { home .. "/bin/web", "--data", home .. "/data", "--not=~/x", "80" })
    eq(web.env, { DATA = home .. "/data", N = "1", B = "true" })
    eq(web.log_file, home .. "/web.log")
    eq(web.working_dir, home .. "/work")
end)

test("the spellings of servers.json are read", function()
    local nvim = editor([[
        servers = {
            web = {
                command = "web",
                gracePeriod = "10m",
                logFile = "/tmp/l",
                workingDir = "/srv",
                lazy = true,
                description = "d",
                metadata = "m",
                ready = { tcp = 80 },
                restart = "on-failure",
                skipIfEnv = "NOT_SET",
            },
        },
    ]])
    eq(nvim:notes(), {})
    local web = definition(nvim, "web")
    eq({ web.grace_period, web.log_file, web.working_dir }, { "10m", "/tmp/l", "/srv" })
    eq({ web.ready, web.restart }, { { tcp = 80 }, "on-failure" })
end)

test("mistakes name server and key, and leave the other servers alone", function()
    local nvim = editor([[
        servers = {
            a_good = { command = "sleep 99" },
            b_unknown = { command = "x", lazy = true, comand = "x" },
            c_missing = { args = {} },
            d_type = { command = 5 },
            e_args = { command = "x", args = { {} } },
            f_time = { command = "x", idle_timeout = "5" },
            g_table = "sleep 99",
            h_env = { command = "x", env = { A = {} } },
            i_args = { command = "x", args = "y" },
            j_ready = { command = "x", ready = "tcp:80" },
            k_ready = { command = "x", ready = { tpc = 80 } },
            l_restart = { command = "x", restart = "no" },
            ["bad/name"] = { command = "x" },
            z_good = { command = "sleep 98" },
        },
        notify = { on_strat = true },
        comands = false,
    ]])
    nvim:wait_attached("a_good")
    nvim:wait_attached("z_good")
    eq(nvim:lua("return require('sharedserver').list()"), { "a_good", "b_unknown", "z_good" })
    for _, pattern in ipairs({
        "server 'b_unknown', option 'comand' is no option.*'command'",
        "server 'c_missing', option 'command' is missing",
        "server 'd_type', option 'command' must be a string, not a number",
        "server 'e_args', option 'args' %[1%] must be a string",
        "server 'f_time', option 'idle_timeout' '5' is no duration",
        "server 'g_table' must be a table",
        "server 'h_env', option 'env' A must be a string",
        "server 'i_args', option 'args' must be a table",
        "server 'j_ready', option 'ready' must be a table, not a string",
        "server 'k_ready', option 'ready' must have one of tcp, http, log and exec",
        "server 'l_restart', option 'restart' must be 'never', 'on%-failure' or 'always'",
        "server 'bad/name' is not a server name",
        "option 'notify.on_strat' is no option.*'on_start'",
        "option 'comands' is no option.*'commands'",
    }) do
        nvim:wait_note(pattern)
    end
end)

test("a mistake is shown once, however often it is made", function()
    local init = [[
        for _ = 1, 3 do
            require("sharedserver").setup({ servers = { web = { comand = "x", lazy = true } } })
        end
    ]]
    local nvim = world.editor(init)
    nvim:wait_note("comand")
    nvim:lua("require('sharedserver').setup({ servers = { web = { comand = 'x', lazy = true } } })")
    nvim:settle()
    eq(#nvim:notes(), 1)
end)

test("a mistake is shown when Neovim is up, for its prompt stops what is still to come", function()
    local nvim = world.editor([[
        local notify = vim.notify
        vim.notify = function(...)
            _G.was_up = vim.v.vim_did_enter
            return notify(...)
        end
        require("sharedserver").setup({ servers = { web = { command = "true", lazzy = true } } })
        -- What has been scheduled so far comes first.
        vim.schedule(function() _G.is_passed = true end)
        vim.wait(30000, function() return _G.is_passed end)
    ]])
    nvim:wait_note("'lazzy' is no option")
    eq(nvim:lua("return { _G.is_passed, _G.was_up }"), { true, 1 })
end)

test("the program is searched in the named places", function()
    local nvim = editor("")
    local find = [[
        local path, problem = require("sharedserver.binary").find()
        return path or problem
    ]]
    eq(nvim:lua(find), world.program)

    nvim:lua("require('sharedserver').setup({ cmd = '/no/such' })")
    suite.matches(nvim:lua(find), "/no/such.*option cmd")
    nvim:lua("require('sharedserver.config').options.cmd = nil")

    nvim:lua("vim.env.SHAREDSERVER_BIN = '/no/such'")
    suite.matches(nvim:lua(find), "/no/such.*SHAREDSERVER_BIN")
    nvim:lua("vim.env.SHAREDSERVER_BIN = nil")

    local root = world.path .. "/plugin"
    local stub = "local root = ...; "
        .. "require('sharedserver.binary').plugin_root = function() return root end"
    nvim:lua(stub, root)
    local function place(path)
        vim.fn.mkdir(vim.fn.fnamemodify(path, ":h"), "p")
        assert(vim.loop.fs_symlink("/bin/true", path))
    end
    place(vim.env.HOME .. "/.local/bin/sharedserver")
    place(world.path .. "/path/sharedserver")
    place(root .. "/build/release/cli/sharedserver")
    nvim:lua("vim.env.PATH = ... .. ':' .. vim.env.PATH", world.path .. "/path")
    eq(nvim:lua(find), root .. "/build/release/cli/sharedserver")
    vim.fn.delete(root, "rf")
    eq(nvim:lua(find), world.path .. "/path/sharedserver")
    vim.fn.delete(world.path .. "/path", "rf")
    eq(nvim:lua(find), vim.env.HOME .. "/.local/bin/sharedserver")
end)
