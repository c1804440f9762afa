--- Brings a watcher up where none listens: the only thing that the command line is needed for.
local binary = require("sharedserver.binary")
local client = require("sharedserver.client")
local lockdir = require("sharedserver.lockdir")
local uv = require("sharedserver.compat").uv

local M = {}

--- The environment for the program: this one, with the lock directory by its absolute path, so
--- that it does not depend on the current directory.
---@param directory string
---@return string[]?
local function environment(directory)
    local _, is_explicit = lockdir.locate()
    if not is_explicit then
        return nil -- as it is
    end
    local entries = {}
    for name, value in pairs(uv.os_environ()) do
        if name ~= "SHAREDSERVER_LOCKDIR" then
            entries[#entries + 1] = name .. "=" .. value
        end
    end
    entries[#entries + 1] = "SHAREDSERVER_LOCKDIR=" .. directory
    return entries
end

---@param code integer
---@param signal integer
---@param complaint string
---@return sharedserver.Error?
local function judge(code, signal, complaint)
    if code == 0 and signal == 0 then
        return nil
    end
    local reason = vim.trim(complaint):gsub("%s*\n%s*", " ")
    if reason == "" then
        reason = signal ~= 0 and ("it was ended by signal %d"):format(signal)
            or ("it exited with %d"):format(code)
    end
    return client.error("unreachable", "Cannot start a watcher: " .. reason)
end

---@param directory string
---@param done fun(err?: sharedserver.Error)
local function spawn(directory, done)
    local program, problem = binary.find()
    if not program then
        return done(client.error("unreachable", assert(problem)))
    end
    local complaints = uv.new_pipe(false)
    local code, signal, complaint
    local left = 2 -- the exit, and the end of what it had to say
    local function step()
        left = left - 1
        if left == 0 then
            done(judge(code, signal, complaint))
        end
    end
    local process, err
    process, err = uv.spawn(program, {
        args = { "watch", "--background" },
        env = environment(directory),
        stdio = { nil, nil, complaints },
        -- Not ended with the editor: others may be waiting for that watcher, too.
        detached = true,
    }, function(exit_code, exit_signal)
        code, signal = exit_code, exit_signal
        process:close()
        step()
    end)
    if not process then
        complaints:close()
        return done(client.error("unreachable", ("Cannot run '%s': %s"):format(program, err)))
    end
    complaint = ""
    complaints:read_start(function(_, chunk)
        if chunk then
            complaint = complaint .. chunk
            return
        end
        complaints:close()
        step()
    end)
end

--- Starts a watcher, or finds that one is there. However many do so at once, one comes of it.
---@param directory string the lock directory
---@param done fun(err?: sharedserver.Error) called in libuv's context or the editor's
function M.bring_up(directory, done)
    if vim.in_fast_event() then
        vim.schedule(function()
            spawn(directory, done)
        end)
    else
        spawn(directory, done)
    end
end

return M
