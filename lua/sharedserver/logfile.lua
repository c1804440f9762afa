--- Where a server's output is, and its last lines. Reading is safe in callbacks of libuv.
local config = require("sharedserver.config")
local defined = require("sharedserver.defined")
local uv = require("sharedserver.compat").uv

local M = {}

-- A last line is rarely longer than that divided by the lines that are asked for.
local TAIL_BYTES = 64 * 1024

--- A line as it can be shown: without colours and other control sequences.
---@param line string
---@return string
function M.plain(line)
    line = line:gsub("\27%[[%d;?]*%a", ""):gsub("\r$", ""):gsub("^.*\r", "")
    return (line:gsub("[%z\n]", " "))
end

--- Where logs are that no option names.
---@param name string
---@return string
local function usual_path(name)
    local state = uv.os_getenv("XDG_STATE_HOME")
    if not state or state:sub(1, 1) ~= "/" then
        state = uv.os_homedir() .. "/.local/state"
    end
    return ("%s/sharedserver/logs/%s.log"):format(state, name)
end

--- The log of a server, whether it runs or not.
---@param info table of that server
---@return string path
function M.path(info)
    local definition = config.servers[info.name] or defined.known()[info.name]
    return info.log_file or (definition and definition.log_file) or usual_path(info.name)
end

--- The last lines of a file.
---@param path string
---@param count integer
---@return string[] lines none where there is no file
function M.tail(path, count)
    local file = uv.fs_open(path, "r", 0)
    if not file then
        return {}
    end
    local status = uv.fs_fstat(file)
    local from = math.max(0, status.size - TAIL_BYTES)
    local text = uv.fs_read(file, TAIL_BYTES, from) or ""
    uv.fs_close(file)
    local lines = vim.split((text:gsub("\n$", "")), "\n", { plain = true })
    if text == "" then
        return {}
    end
    return vim.tbl_map(M.plain, vim.list_slice(lines, math.max(1, #lines - count + 1), #lines))
end

return M
