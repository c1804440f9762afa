--- How the states of servers look: marks, words and highlights, the same in every view.
local config = require("sharedserver.config")
local defined = require("sharedserver.defined")
local duration = require("sharedserver.duration")
local session = require("sharedserver.session")

local M = {}

---@class sharedserver.Look
---@field mark string
---@field word string
---@field group string

local RUNNING = { mark = "●", word = "running", group = "SharedServerRunning" }
local GRACE = { mark = "⏳", word = "GRACE", group = "SharedServerGrace" }
local STOPPED = { mark = "○", word = "stopped", group = "SharedServerStopped" }
local BROKEN = { mark = "○", word = "unreadable", group = "SharedServerProblem" }
local DEFUNCT = { mark = "○", word = "defunct", group = "SharedServerProblem" }

--- How the state of a server looks.
---@param info table
---@return sharedserver.Look
function M.of(info)
    if info.state == "active" then
        return RUNNING
    elseif info.state == "grace" then
        return GRACE
    elseif info.state == "defunct" then
        return DEFUNCT
    elseif info.problem then
        return BROKEN
    end
    return STOPPED
end

--- Whether there is a process of it.
---@param info table
---@return boolean
function M.runs(info)
    return info.state == "active" or info.state == "grace"
end

--- What sets a server apart, in brackets.
---@param info table
---@return string[]
function M.flags(info)
    local definition = config.servers[info.name]
    local flags = {}
    if definition and definition.lazy then
        flags[#flags + 1] = "[lazy]"
    end
    local is_defined = not definition and defined.known()[info.name] ~= nil
    if is_defined then
        flags[#flags + 1] = "[defined]"
    end
    if M.runs(info) and not definition and not is_defined then
        flags[#flags + 1] = "[external]"
    elseif M.runs(info) and not session.uses(info) then
        flags[#flags + 1] = "[detached]"
    end
    return flags
end

--- How long it has run: "2h 15m".
---@param info table
---@return string
function M.uptime(info)
    return info.started_at and duration.format(os.time() - info.started_at) or "-"
end

--- When the grace period ends, "stops in 4m 10s", or the pause before a restart, "restarts in 4s";
--- nothing outside of both.
---@param info table
---@return string
function M.remaining(info)
    if info.state == "grace" and info.grace_remaining then
        return "stops in " .. duration.format(info.grace_remaining)
    elseif info.restart_remaining then
        return "restarts in " .. duration.format(info.restart_remaining)
    end
    return ""
end

--- All that there is to remark on a server.
---@param info table
---@return string
function M.notes(info)
    local words = M.flags(info)
    if M.runs(info) and info.ready == false then
        words[#words + 1] = "not ready"
    end
    local remaining = M.remaining(info)
    if remaining ~= "" then
        words[#words + 1] = remaining
    end
    return table.concat(words, " ")
end

--- A command as one could type it.
---@param command string[]
---@return string
function M.command(command)
    local words = {}
    for _, word in ipairs(command) do
        if word == "" or word:find("[^%w_@%%+=:,./~-]") then
            word = "'" .. word:gsub("'", "'\\''") .. "'"
        end
        words[#words + 1] = word
    end
    return table.concat(words, " ")
end

return M
