--- What setup() was given, and the servers that are registered.
local definition = require("sharedserver.definition")
local nearest = require("sharedserver.nearest")

local M = {}

--- Which notifications are shown.
---@class sharedserver.NotifyConfig
---@field on_start? boolean this Neovim has started a server (true)
---@field on_attach? boolean it has attached to one that ran (false)
---@field on_stop? boolean one was stopped or detached from (false)
---@field on_error? boolean anything went wrong (true)

--- The options of setup().
---@class sharedserver.Config
---@field servers? table<string, sharedserver.ServerConfig>
---@field commands? boolean whether to create the :Server… commands (true)
---@field notify? sharedserver.NotifyConfig
---@field cmd? string path of the program `sharedserver`

---@class sharedserver.Options the same with all defaults in place
---@field commands boolean
---@field notify table<string, boolean>
---@field cmd? string

---@return sharedserver.Options
local function defaults()
    return {
        commands = true,
        notify = { on_start = true, on_attach = false, on_stop = false, on_error = true },
        cmd = nil,
    }
end

---@type sharedserver.Options
M.options = defaults()

---@type table<string, sharedserver.Definition>
M.servers = {}

--- Everything that is wrong, by what it is about: "" for the options.
---@type table<string, sharedserver.Problem[]>
M.problems = {}

local KEYS = { "servers", "commands", "notify", "cmd" }

---@param problems sharedserver.Problem[]
---@param key string
---@param message string
local function complain(problems, key, message)
    table.insert(problems, { key = key, message = message, is_fatal = false })
end

---@param problems sharedserver.Problem[]
---@param key string
---@param known string[]
---@param prefix string
local function complain_unknown(problems, key, known, prefix)
    local meant = nearest.find(key, known)
    local hint = meant and (" Did you mean '%s'?"):format(meant) or ""
    complain(problems, prefix .. key, "is no option." .. hint)
end

---@param problems sharedserver.Problem[]
---@param key string
---@param value any
---@param expected string
---@return boolean
local function has_type(problems, key, value, expected)
    if value == nil or type(value) == expected then
        return value ~= nil
    end
    complain(problems, key, ("must be a %s, not a %s."):format(expected, type(value)))
    return false
end

---@param problems sharedserver.Problem[]
---@param given table
local function take_notify(problems, given)
    local names = vim.tbl_keys(M.options.notify)
    for key, value in pairs(given) do
        if M.options.notify[key] == nil then
            complain_unknown(problems, tostring(key), names, "notify.")
        elseif has_type(problems, "notify." .. key, value, "boolean") then
            M.options.notify[key] = value
        end
    end
end

--- Takes the options of setup(). What is left out stays as it is.
---@param given sharedserver.Config
---@return sharedserver.Problem[] problems
function M.take_options(given)
    local problems = {}
    for key in pairs(given) do
        if not vim.tbl_contains(KEYS, key) then
            complain_unknown(problems, tostring(key), KEYS, "")
        end
    end
    has_type(problems, "servers", given.servers, "table")
    if has_type(problems, "commands", given.commands, "boolean") then
        M.options.commands = given.commands
    end
    if has_type(problems, "notify", given.notify, "table") then
        take_notify(problems, given.notify)
    end
    if has_type(problems, "cmd", given.cmd, "string") then
        M.options.cmd = definition.expand_home(given.cmd)
    end
    M.problems[""] = problems
    return problems
end

--- Registers a server, in place of an earlier one of that name.
---@param name string
---@param given sharedserver.ServerConfig
---@return sharedserver.Definition? definition nil where it cannot be used
---@return sharedserver.Problem[] problems
function M.register(name, given)
    local read, problems = definition.read(name, given)
    M.problems[tostring(name)] = #problems > 0 and problems or nil
    if read then
        M.servers[name] = not read.is_skipped and read or nil
    end
    return M.servers[name] and read, problems
end

---@return string[] names in order
function M.names()
    local names = vim.tbl_keys(M.servers)
    table.sort(names)
    return names
end

--- One line for people.
---@param problem sharedserver.Problem
---@return string
function M.describe(problem)
    local parts = {}
    if problem.server then
        parts[#parts + 1] = ("server '%s'"):format(problem.server)
    end
    if problem.key then
        parts[#parts + 1] = ("option '%s'"):format(problem.key)
    end
    return ("%s %s"):format(table.concat(parts, ", "), problem.message)
end

return M
