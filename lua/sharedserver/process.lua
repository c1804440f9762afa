--- What this plugin needs to know about processes. Safe in callbacks of libuv, the umask apart.
local uv = require("sharedserver.compat").uv

local M = {}

---@param path string
---@return string? content
local function read(path)
    local file = io.open(path, "r")
    if not file then
        return nil
    end
    local content = file:read("*a")
    file:close()
    return content
end

--- Whether a process has ended, and its start stamp, where the system has /proc.
---@param pid integer
---@return boolean? is_dead, integer? start_time
local function stat(pid)
    local content = read(("/proc/%d/stat"):format(pid))
    -- The name in brackets can hold anything, so only what is behind the last bracket counts.
    local rest = content and content:match("^.*%)%s+(.*)$")
    if not rest then
        return nil, nil
    end
    local fields = {}
    for field in rest:gmatch("%S+") do
        fields[#fields + 1] = field
    end
    -- The first thread of a process may end before the others, and looks like a zombie then.
    local is_zombie = fields[1] == "Z" and (tonumber(fields[18]) or 0) <= 1
    return is_zombie or fields[1] == "X", tonumber(fields[20])
end

--- The start stamp of a process: with its pid it names it for good.
---@param pid integer
---@return integer? start_time nil where the system does not tell
function M.start_time(pid)
    local _, start_time = stat(pid)
    return start_time
end

--- Whether that very process lives. A zombie does not.
---@param pid integer
---@param start_time? integer
---@return boolean
function M.is_alive(pid, start_time)
    local is_dead, stamp = stat(pid)
    if is_dead ~= nil then
        local is_same = not start_time or not stamp or start_time == stamp
        return is_same and not is_dead
    end
    local result, _, code = uv.kill(pid, 0)
    return result == 0 or code == "EPERM"
end

--- The umask as a new file shows it.
---@return integer?
local function probe_umask()
    local path = vim.fn.tempname()
    local file = uv.fs_open(path, "wx", 511) -- 0777
    if not file then
        return nil
    end
    local status = uv.fs_fstat(file)
    uv.fs_close(file)
    uv.fs_unlink(path)
    return 511 - status.mode % 512
end

--- This process's umask. Nothing tells it everywhere, and setting it to learn it is not for a
--- process with threads. Not for libuv's context.
---@return integer?
function M.umask()
    local status = read("/proc/self/status")
    local octal = status and status:match("\nUmask:%s*(%d+)")
    return octal and tonumber(octal, 8) or probe_umask()
end

M._probe_umask = probe_umask -- for its test

return M
