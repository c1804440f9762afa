--- What a user writes about one server, checked and made uniform.
local compat = require("sharedserver.compat")
local duration = require("sharedserver.duration")
local nearest = require("sharedserver.nearest")

local M = {}

--- A server as users configure it. The spellings of servers.json are read as well.
---@class sharedserver.ServerConfig
---@field command? string program or shell line; only a lazy server may do without
---@field args? (string|number)[]
---@field env? table<string, string|number|boolean> added to the editor's environment
---@field log_file? string where its output goes
---@field working_dir? string where it is started; the editor's directory where left out
---@field lazy? boolean attach where it runs, never start by itself
---@field idle_timeout? string how long it stays without clients: "30m"
---@field on_start? fun(pid: integer) this Neovim has started it
---@field on_exit? fun(exit_code?: integer) it has ended while this Neovim was attached
---@field metadata? string a remark on this client
---@field skip_if_env? string ignore this server where that variable is set and not empty
---@field ready? table how to see that it can be used, as in servers.json: { tcp = 8000 }
---@field restart? "never"|"on-failure"|"always" whether it is started again when it ends by itself
---@field description? string

--- The same, checked: every field has its final form.
---@class sharedserver.Definition
---@field name string
---@field command? string[] argv
---@field env table<string, string>
---@field log_file? string absolute
---@field working_dir? string absolute
---@field lazy boolean
---@field grace_period? string
---@field on_start? fun(pid: integer)
---@field on_exit? fun(exit_code?: integer)
---@field metadata? string
---@field ready? table
---@field restart? string
---@field description? string
---@field is_skipped boolean

---@class sharedserver.Problem
---@field server? string
---@field key? string
---@field message string
---@field is_fatal boolean the server cannot be used

--- Other spellings of options.
M.ALIASES = {
    gracePeriod = "idle_timeout",
    grace_period = "idle_timeout",
    logFile = "log_file",
    workingDir = "working_dir",
    skipIfEnv = "skip_if_env",
}

--- The types of all options.
M.TYPES = {
    command = "string",
    args = "table",
    env = "table",
    log_file = "string",
    working_dir = "string",
    lazy = "boolean",
    idle_timeout = "string",
    on_start = "function",
    on_exit = "function",
    metadata = "string",
    skip_if_env = "string",
    description = "string",
    ready = "table",
    restart = "string",
}

local READY_KINDS = { "tcp", "http", "log", "exec" }
local RESTART_POLICIES = { "never", "on-failure", "always" }

---@return string[] all known keys
local function known_keys()
    local keys = vim.list_extend(vim.tbl_keys(M.TYPES), vim.tbl_keys(M.ALIASES))
    table.sort(keys)
    return keys
end

--- A leading ~/ stands for the home directory. Nothing else is expanded.
---@param text string
---@return string
function M.expand_home(text)
    if text:sub(1, 2) ~= "~/" then
        return text
    end
    return (vim.env.HOME or compat.uv.os_homedir()) .. text:sub(2)
end

---@param path string
---@return string
local function absolute(path)
    path = M.expand_home(path)
    if path:sub(1, 1) ~= "/" then
        path = compat.uv.cwd() .. "/" .. path
    end
    return (path:gsub("(.)/+$", "%1"))
end

--- Whether the watcher would take this as the name of a server.
---@param name any
---@return boolean
function M.is_server_name(name)
    return type(name) == "string" and #name <= 100 and name:find("^%w[%w._@:+-]*$") ~= nil
end

---@class sharedserver.Reader collects the problems of one server
---@field name string
---@field problems sharedserver.Problem[]
local Reader = {}
Reader.__index = Reader

---@param key? string
---@param is_fatal boolean
---@param message string
function Reader:complain(key, is_fatal, message)
    table.insert(self.problems, {
        server = self.name,
        key = key,
        is_fatal = is_fatal,
        message = message,
    })
end

--- The options under their own names, those with a wrong type left out.
---@param config sharedserver.ServerConfig
---@return table<string, any>
function Reader:own_spellings(config)
    local own = {}
    for given, value in pairs(config) do
        local key = M.ALIASES[given] or given
        local expected = M.TYPES[key]
        if not expected then
            local meant = type(given) == "string" and nearest.find(given, known_keys())
            local hint = meant and (" Did you mean '%s'?"):format(meant) or ""
            self:complain(tostring(given), false, "is no option of a server." .. hint)
        elseif type(value) ~= expected then
            local text = "must be a %s, not a %s."
            self:complain(given, true, text:format(expected, type(value)))
        else
            own[key] = value
        end
    end
    return own
end

---@param command? string
---@param args any[]
---@return string[]? argv
function Reader:argv(command, args)
    if not command or command == "" then
        return nil
    end
    local argv = { M.expand_home(command) }
    if not compat.is_list(args) then
        self:complain("args", true, "must be a list.")
        return nil
    end
    for i, argument in ipairs(args) do
        if type(argument) ~= "string" and type(argument) ~= "number" then
            local text = "[%d] must be a string, not a %s."
            self:complain("args", true, text:format(i, type(argument)))
            return nil
        end
        argv[#argv + 1] = M.expand_home(tostring(argument))
    end
    return argv
end

local ENV_TYPES = { string = true, number = true, boolean = true }

---@param env table
---@return table<string, string>
function Reader:environment(env)
    local entries = {}
    for name, value in pairs(env) do
        if type(name) ~= "string" or name == "" or name:find("[=%z]") then
            self:complain(
                "env",
                true,
                ("has a key that is no variable: %s."):format(tostring(name))
            )
        elseif not ENV_TYPES[type(value)] then
            local text = "%s must be a string, not a %s."
            self:complain("env", true, text:format(name, type(value)))
        else
            entries[name] = M.expand_home(tostring(value))
        end
    end
    return entries
end

---@param text? string
function Reader:check_duration(text)
    if text and not duration.parse(text) then
        local hint = "'%s' is no duration. Write it like 30s, 5m, 1h or 2h30m."
        self:complain("idle_timeout", true, hint:format(text))
    end
end

--- What the check says beyond its kind, the watcher judges.
---@param ready? table
function Reader:check_ready(ready)
    local function is_there(kind)
        return ready[kind] ~= nil
    end
    if ready and #vim.tbl_filter(is_there, READY_KINDS) ~= 1 then
        self:complain("ready", true, "must have one of tcp, http, log and exec.")
    end
end

---@param policy? string
function Reader:check_restart(policy)
    if policy and not vim.tbl_contains(RESTART_POLICIES, policy) then
        self:complain("restart", true, "must be 'never', 'on-failure' or 'always'.")
    end
end

---@param variable? string
---@return boolean
local function is_set(variable)
    local value = variable and vim.env[variable]
    return value ~= nil and value ~= ""
end

--- Reads what a user has written about a server.
---@param name any
---@param config any
---@return sharedserver.Definition? definition nil where it cannot be used
---@return sharedserver.Problem[] problems
function M.read(name, config)
    local reader = setmetatable({ name = tostring(name), problems = {} }, Reader)
    if not M.is_server_name(name) then
        local text = "is not a server name. Use 1 to 100 letters, digits and ._@:+-, beginning "
            .. "with a letter or a digit."
        reader:complain(nil, true, text)
        return nil, reader.problems
    end
    if type(config) ~= "table" then
        reader:complain(nil, true, ("must be a table, not a %s."):format(type(config)))
        return nil, reader.problems
    end
    local own = reader:own_spellings(config)
    local argv = reader:argv(own.command, own.args or {})
    if config.command == nil and not own.lazy or own.command == "" then
        reader:complain("command", true, "is missing.")
    end
    reader:check_duration(own.idle_timeout)
    reader:check_ready(own.ready)
    reader:check_restart(own.restart)
    local definition = {
        name = name,
        command = argv,
        env = reader:environment(own.env or {}),
        log_file = own.log_file and absolute(own.log_file),
        working_dir = own.working_dir and absolute(own.working_dir),
        lazy = own.lazy or false,
        grace_period = own.idle_timeout,
        on_start = own.on_start,
        on_exit = own.on_exit,
        metadata = own.metadata,
        ready = own.ready,
        restart = own.restart,
        description = own.description,
        is_skipped = is_set(own.skip_if_env),
    }
    for _, problem in ipairs(reader.problems) do
        if problem.is_fatal then
            return nil, reader.problems
        end
    end
    return definition, reader.problems
end

return M
