--- Brings a watcher up where none listens.
local client = require("sharedserver.client")
local program = require("sharedserver.program")

local M = {}

---@param result sharedserver.ProgramResult
---@return sharedserver.Error?
local function judge(result)
    if result.code == 0 and result.signal == 0 then
        return nil
    end
    local reason = vim.trim(result.complaints):gsub("%s*\n%s*", " ")
    if reason == "" then
        reason = result.signal ~= 0 and ("it was ended by signal %d"):format(result.signal)
            or ("it exited with %d"):format(result.code)
    end
    return client.error("unreachable", "Cannot start a watcher: " .. reason)
end

---@param directory string
---@param done fun(err?: sharedserver.Error)
local function spawn(directory, done)
    -- Not ended with the editor: others may be waiting for that watcher, too.
    local options = { directory = directory, is_detached = true }
    program.run({ "watch", "--background" }, options, function(problem, result)
        done(problem and client.error("unreachable", problem) or judge(result))
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
