--- What a watcher needs to know to start a server: the command, and the world it was asked from.
local compat = require("sharedserver.compat")
local process = require("sharedserver.process")

local M = {}

local pid = compat.uv.os_getpid()
local start_time

--- The parameters that name this Neovim as a client of a server.
---@param name string
---@param metadata? string
---@return table params
function M.client(name, metadata)
    start_time = start_time or process.start_time(pid)
    return {
        name = name,
        pid = pid,
        start_time = start_time,
        metadata = metadata or ("nvim-" .. pid),
    }
end

--- Whether this Neovim is among the clients of a server.
---@param info table
---@return boolean? is_client nil where that is not told, for not all that are counted are named
function M.is_client_of(info)
    local clients = info.clients or {}
    for _, client in ipairs(clients) do
        if client.pid == pid then
            return true
        end
    end
    if (info.refcount or 0) > #clients then
        return nil
    end
    return false
end

---@param definition sharedserver.Definition
---@return string[] entries the editor's whole environment with the definition's put over it
local function environment(definition)
    local variables = vim.tbl_extend("force", vim.fn.environ(), definition.env)
    local entries = {}
    for name, value in pairs(variables) do
        entries[#entries + 1] = name .. "=" .. value
    end
    return entries
end

--- The parameters of a start. Not for libuv's context: the environment is the editor's.
---@param definition sharedserver.Definition
---@return table params
function M.params(definition)
    local params = M.client(definition.name, definition.metadata)
    params.command = definition.command
    params.env = environment(definition)
    params.cwd = compat.uv.cwd()
    params.umask = process.umask()
    params.grace_period = definition.grace_period
    params.log_file = definition.log_file
    params.working_dir = definition.working_dir
    params.ready = definition.ready
    params.restart = definition.restart
    return params
end

--- Whether a running server was started by another command than the definition's.
---@param definition sharedserver.Definition
---@param info table
---@return boolean
function M.differs(definition, info)
    return definition.command ~= nil
        and info.command ~= nil
        and not vim.deep_equal(definition.command, info.command)
end

return M
