--- Runs the program `sharedserver`. It is needed for two things only: to bring a watcher up, and to
--- know what servers.json defines.
local binary = require("sharedserver.binary")
local lockdir = require("sharedserver.lockdir")
local uv = require("sharedserver.compat").uv

local M = {}

---@class sharedserver.ProgramResult
---@field code integer
---@field signal integer
---@field output string
---@field complaints string what it has written to stderr

---@class sharedserver.ProgramOptions
---@field directory string the lock directory
---@field is_detached? boolean it goes on when the editor ends, and its output is not read

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

--- Reads a pipe to its end.
---@param pipe userdata
---@param done fun(text: string)
local function read_all(pipe, done)
    local chunks = {}
    pipe:read_start(function(_, chunk)
        if chunk then
            chunks[#chunks + 1] = chunk
            return
        end
        pipe:close()
        done(table.concat(chunks))
    end)
end

--- Runs the program and waits for nothing. Not for libuv's context, in which `done` is called; with
--- a line for people where the program cannot be run.
---@param arguments string[]
---@param options sharedserver.ProgramOptions
---@param done fun(problem?: string, result?: sharedserver.ProgramResult)
function M.run(arguments, options, done)
    local path, problem = binary.find()
    if not path then
        return done(problem)
    end
    local complaints = uv.new_pipe(false)
    local output = not options.is_detached and uv.new_pipe(false) or nil
    local result = { output = "" }
    local left = output and 3 or 2 -- its exit, and the end of what it had to say
    local function step()
        left = left - 1
        if left == 0 then
            done(nil, result)
        end
    end
    local process, err
    process, err = uv.spawn(path, {
        args = arguments,
        env = environment(options.directory),
        stdio = { nil, output, complaints },
        detached = options.is_detached,
    }, function(code, signal)
        result.code, result.signal = code, signal
        process:close()
        step()
    end)
    if not process then
        complaints:close()
        if output then
            output:close()
        end
        return done(("Cannot run '%s': %s"):format(path, err))
    end
    read_all(complaints, function(text)
        result.complaints = text
        step()
    end)
    if output then
        read_all(output, function(text)
            result.output = text
            step()
        end)
    end
end

return M
