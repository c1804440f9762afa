--- The servers that servers.json defines for the current directory. Which file that is, and what
--- it means, the program knows and is asked for; nothing here reads it, and nobody waits for the
--- answer.
local client = require("sharedserver.client")
local compat = require("sharedserver.compat")
local launch = require("sharedserver.launch")
local link = require("sharedserver.link")
local program = require("sharedserver.program")
local wire = require("sharedserver.wire")

local M = {}

-- An answer is good for that long where the user only looks at it.
local FRESH_MS = 1000

---@class sharedserver.DefinedServer
---@field name string
---@field command? string[] not of one that runs
---@field description? string
---@field working_dir? string
---@field log_file? string
---@field problem? string what is wrong with its definition

---@type table<string, sharedserver.DefinedServer>
local known = {}
local known_for, known_ms
---@type fun(problem?: string)[]? those who wait for the answer under way
local waiting
-- The directory that it is for, and those who wait for another one's.
local waiting_for
---@type fun(problem?: string)[]
local waiting_behind = {}

--- What was defined when the program was last asked. After another directory was entered, that is
--- nothing until it has answered.
---@return table<string, sharedserver.DefinedServer>
function M.known()
    return known_for == compat.uv.cwd() and known or {}
end

---@param output string
---@return table<string, sharedserver.DefinedServer>?
local function read(output)
    local list = wire.decode(output)
    if type(list) ~= "table" then
        return nil
    end
    local servers = {}
    for _, entry in ipairs(list) do
        if type(entry) == "table" and entry.defined and type(entry.name) == "string" then
            servers[entry.name] = entry
        end
    end
    return servers
end

--- What the program says where it has failed: its last error, with the log quoted below it.
---@param result sharedserver.ProgramResult
---@return string message one line for people
---@return string[] log_tail
local function complaint(result)
    local message
    local log_tail = {}
    for line in result.complaints:gmatch("[^\n]+") do
        local said, quoted = line:match("^sharedserver: (.*)$"), line:match("^    (.*)$")
        if said and not said:find("^warning: ") then
            message, log_tail = said, {}
        elseif quoted and message then
            log_tail[#log_tail + 1] = quoted
        end
    end
    local last = result.complaints:match("([^\n]+)\n*$")
    return message or last or "The program 'sharedserver' has failed.", log_tail
end

--- Asks again for those who came after another directory was entered.
local function ask_behind()
    local behind = waiting_behind
    waiting_behind = {}
    if #behind > 0 then
        vim.schedule(function()
            for _, callback in ipairs(behind) do
                M.refresh(callback)
            end
        end)
    end
end

--- Asks the program, and calls back when known() is up to date, or with a line for people where it
--- cannot be. Not for libuv's context, in which `done` may be called.
---@param done? fun(problem?: string)
function M.refresh(done)
    local cwd = compat.uv.cwd()
    if waiting then
        local joined = cwd == waiting_for and waiting or waiting_behind
        joined[#joined + 1] = done or function() end
        return
    end
    waiting, waiting_for = { done }, cwd
    local arguments = { "list", "--all", "--json" }
    program.run(arguments, { directory = link.directory() }, function(problem, result)
        local servers = not problem and result.code == 0 and read(result.output)
        if servers then
            known, known_for = servers, cwd
        end
        known_ms = compat.uv.now()
        local callbacks = waiting
        waiting = nil
        for _, callback in ipairs(callbacks) do
            callback(problem or (not servers and (complaint(result)) or nil))
        end
        ask_behind()
    end)
end

--- Asks again, unless that was just done.
function M.refresh_soon()
    local is_fresh = known_ms and compat.uv.now() - known_ms < FRESH_MS
    if not is_fresh or (known_for and known_for ~= compat.uv.cwd()) then
        M.refresh()
    end
end

---@param result sharedserver.ProgramResult
---@return string[]
local function warnings_of(result)
    local warnings = {}
    for warning in result.complaints:gmatch("warning: ([^\n]+)") do
        warnings[#warnings + 1] = warning
    end
    return warnings
end

--- Starts a server as its definition says, with this Neovim as its client. Not for libuv's context.
---@param name string
---@param done sharedserver.Answer with outcome "started" or "attached", and warnings
function M.start(name, done)
    local pid = launch.client(name).pid
    local arguments = { "admin", "start", name, "--pid", tostring(pid) }
    program.run(arguments, { directory = link.directory() }, function(problem, result)
        if problem then
            return done(client.error("unreachable", problem))
        end
        if result.code ~= 0 then
            local message, log_tail = complaint(result)
            return done({ kind = "cannot_start", message = message, log_tail = log_tail })
        end
        local is_started = result.output:find("Started server", 1, true)
        done(nil, {
            outcome = is_started and "started" or "attached",
            warnings = warnings_of(result),
        })
    end)
end

return M
