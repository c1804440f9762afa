--- What follows from a server's start and end for this user: notifications, and the callbacks of
--- its definition. Callable in libuv's context; callbacks run outside of it.
local config = require("sharedserver.config")
local duration = require("sharedserver.duration")
local notify = require("sharedserver.notify")
local uv = require("sharedserver.compat").uv

local M = {}

-- A server that ends so soon after its start has not ended well, whatever its exit code.
local EARLY_MS = 3000

-- Many requests can fail at once for the same reason, which is told once.
local SAME_REASON_MS = 1000
local last_reason, last_reason_ms

---@param name string
---@param hook "on_start"|"on_exit"
---@param argument? integer
local function call_hook(name, hook, argument)
    local definition = config.servers[name]
    local callback = definition and definition[hook]
    if not callback then
        return
    end
    vim.schedule(function()
        local ok, err = pcall(callback, argument)
        if not ok then
            notify.error(("%s of server '%s' failed: %s"):format(hook, name, err))
        end
    end)
end

---@param count integer
---@return string
local function clients_text(count)
    return count == 1 and "1 client" or ("%d clients"):format(count)
end

--- This Neovim is attached now.
---@param name string
---@param result table of the protocol's use
function M.attached(name, result)
    local info = result.info
    if result.outcome == "started" then
        notify.event("on_start", ("Started '%s' (PID %d)"):format(name, info.pid))
        call_hook(name, "on_start", info.pid)
    else
        local text = "Attached to '%s' (PID %d, %s)"
        local count = clients_text(info.refcount or 1)
        notify.event("on_attach", text:format(name, info.pid, count))
    end
    M.warnings(result)
end

--- This Neovim has started the server anew.
---@param name string
---@param result table of the protocol's restart
function M.restarted(name, result)
    notify.event("on_start", ("Restarted '%s' (PID %d)"):format(name, result.info.pid))
    call_hook(name, "on_start", result.info.pid)
    M.warnings(result)
end

--- Something about a request was odd, though it was done.
---@param result table
function M.warnings(result)
    for _, warning in ipairs(result.warnings or {}) do
        notify.warn(warning)
    end
end

--- This Neovim is not attached any more, as it wished.
---@param name string
function M.detached(name)
    notify.event("on_stop", ("Detached from '%s'"):format(name))
end

--- The last lines that a server had to say, behind a line break.
---@param lines? string[]
---@return string
local function tail_text(lines)
    if not lines or #lines == 0 then
        return ""
    end
    return "\n" .. table.concat(lines, "\n")
end

--- No watcher can be had, whatever it was wanted for.
---@param err sharedserver.Error
function M.no_watcher(err)
    local now = uv.now()
    local is_known = err.message == last_reason and now - last_reason_ms < SAME_REASON_MS
    last_reason, last_reason_ms = err.message, now
    if not is_known then
        notify.error(err.message)
    end
end

-- Errors that are about no single server.
local GENERAL = { unreachable = true, unsafe = true, protocol = true }

--- A request about a server has failed.
---@param name string
---@param err sharedserver.Error
function M.failed(name, err)
    if GENERAL[err.kind] then
        M.no_watcher(err)
    elseif err.message:find(name, 1, true) then
        notify.error(err.message .. tail_text(err.log_tail))
    else
        notify.error(("'%s': %s%s"):format(name, err.message, tail_text(err.log_tail)))
    end
end

---@class sharedserver.Ending
---@field reason? string as in the protocol; nil where nobody saw it
---@field exit_code? integer
---@field signal? integer
---@field age_ms? number how long it ran
---@field message? string why it could not be started again
---@field restart_in? number seconds until its policy has it started again; nil where it is not

---@param ending sharedserver.Ending
---@return string
local function how(ending)
    if ending.exit_code then
        return ("exit code %d"):format(ending.exit_code)
    end
    if ending.signal then
        return ("signal %d"):format(ending.signal)
    end
    return "exit code unknown"
end

--- The exit code as shells tell it: a signal counts as 128 and its number.
---@param ending sharedserver.Ending
---@return integer?
local function exit_code(ending)
    return ending.exit_code or (ending.signal and 128 + ending.signal)
end

--- What comes next where a server is started again by its policy.
---@param ending sharedserver.Ending
---@return string
local function outlook(ending)
    if not ending.restart_in then
        return ""
    end
    return (" It is started again in %s."):format(duration.format(ending.restart_in))
end

--- A server has ended that this Neovim was attached to, for good or until it is started again.
---@param name string
---@param ending sharedserver.Ending
function M.ended(name, ending)
    local was_wanted = ending.reason == "stopped" or ending.reason == "killed"
    local code = exit_code(ending)
    local next_start = outlook(ending)
    if was_wanted then
        notify.event("on_stop", ("Stopped '%s'"):format(name))
    elseif ending.message then
        notify.error(ending.message)
    elseif ending.age_ms and ending.age_ms < EARLY_MS then
        local text = "'%s' died %.1f s after its start (%s).%s :ServerLog %s shows its output."
        notify.error(text:format(name, ending.age_ms / 1000, how(ending), next_start, name))
    elseif code ~= 0 then
        local text = "'%s' has ended unexpectedly (%s).%s :ServerLog %s shows its output."
        notify.error(text:format(name, how(ending), next_start, name))
    else
        notify.event("on_stop", ("'%s' has ended (exit code 0).%s"):format(name, next_start))
    end
    if not ending.restart_in then
        call_hook(name, "on_exit", code)
    end
end

return M
