--- Servers that are started once and shared between editors, shells and scripts.
---
--- This is the whole interface for configurations; `:help sharedserver` explains it.
local config = require("sharedserver.config")
local notify = require("sharedserver.notify")

local M = {}

-- Far longer than a server takes to start, and a busy watcher to detach; stopping has 10 s of its
-- own.
local START_TIMEOUT_MS = 20000
local STOP_TIMEOUT_MS = 20000
-- After that, what is only asked for is read from the files.
local ASK_TIMEOUT_MS = 2000
-- What the editor's end may take.
local LEAVE_TIMEOUT_MS = 40

--- Waits for a step of sharedserver.servers.
---@param milliseconds integer
---@param begin fun(done: fun(...))
---@return boolean in_time, any, any
local function wait_for(milliseconds, begin)
    if vim.in_fast_event() then
        notify.error("Call this from vim.schedule(): it has to wait, which cannot be done here.")
        return false
    end
    local answer
    begin(function(...)
        answer = { ... }
    end)
    vim.wait(milliseconds, function()
        return answer ~= nil
    end, 10)
    if not answer then
        return false
    end
    return true, answer[1], answer[2]
end

---@param milliseconds integer
---@param begin fun(done: sharedserver.Answer)
---@return boolean
local function succeeds(milliseconds, begin)
    local in_time, err = wait_for(milliseconds, begin)
    return in_time and err == nil
end

local function leave()
    if package.loaded["sharedserver.session"] then
        require("sharedserver.session").leave(LEAVE_TIMEOUT_MS)
    end
end

local function use_all()
    local servers = require("sharedserver.servers")
    for _, name in ipairs(config.names()) do
        servers.use_soon(name)
    end
end

local function create_autocommands()
    local group = vim.api.nvim_create_augroup("sharedserver", { clear = true })
    vim.api.nvim_create_autocmd("VimEnter", { group = group, callback = use_all })
    vim.api.nvim_create_autocmd("VimLeave", { group = group, callback = leave })
end

---@return boolean
local function has_entered()
    return vim.v.vim_did_enter == 1
end

--- Takes over the configuration and registers its servers. Called again, it adds to what is there.
---@param opts? sharedserver.Config
function M.setup(opts)
    opts = opts or {}
    notify.problems(config.take_options(opts))
    create_autocommands()
    if config.options.commands then
        require("sharedserver.commands").create()
    else
        require("sharedserver.commands").remove()
    end
    local servers = type(opts.servers) == "table" and opts.servers or {}
    local names = vim.tbl_keys(servers)
    table.sort(names, function(a, b)
        return tostring(a) < tostring(b)
    end)
    for _, name in ipairs(names) do
        M.register(name, servers[name])
    end
end

--- Registers one more server, in place of an earlier one of that name. It is used at once where
--- the editor has started already.
---@param name string
---@param server sharedserver.ServerConfig
---@return boolean success
function M.register(name, server)
    local definition, problems = config.register(name, server)
    notify.problems(problems)
    if not definition then
        return false
    end
    if vim.fn.exists("#sharedserver#VimLeave") == 0 then
        create_autocommands()
    end
    if has_entered() then
        require("sharedserver.servers").use_soon(name)
    end
    return true
end

--- Starts a server where it does not run, attaches to it, and waits until that is done.
---@param name string
---@return boolean success
function M.start(name)
    return succeeds(START_TIMEOUT_MS, function(done)
        require("sharedserver.servers").start(name, done)
    end)
end

--- Attaches to a server if it runs, be it in its grace period.
---@param name string
---@return boolean attached
function M.attach_if_running(name)
    return succeeds(START_TIMEOUT_MS, function(done)
        require("sharedserver.servers").attach(name, done)
    end)
end

--- Gives up this Neovim's reference to a server, and stops the server where nobody else uses it.
---@param name string
---@param opts? sharedserver.StopOptions
---@return boolean success
function M.stop(name, opts)
    return succeeds(STOP_TIMEOUT_MS, function(done)
        require("sharedserver.servers").stop(name, opts or {}, done)
    end)
end

--- Gives up this Neovim's reference to a server. The server goes on for its other clients, or for
--- its grace period.
---@param name string
---@return boolean success
function M.detach(name)
    return succeeds(STOP_TIMEOUT_MS, function(done)
        require("sharedserver.session").detach(name, done)
    end)
end

--- Stops a server and starts it again for the same clients.
---@param name string
---@return boolean success
function M.restart(name)
    return succeeds(START_TIMEOUT_MS, function(done)
        require("sharedserver.servers").restart(name, done)
    end)
end

--- Does the same as stop() for all registered servers.
---@param opts? sharedserver.StopOptions
---@return boolean success
function M.stop_all(opts)
    return succeeds(STOP_TIMEOUT_MS, function(done)
        require("sharedserver.servers").stop_all(opts or {}, done)
    end)
end

--- The state of a server. `{ error = … }` for one that is not registered.
---@class sharedserver.Status
---@field name string
---@field running boolean
---@field attached boolean whether this Neovim is one of its clients
---@field lazy boolean
---@field pid? integer
---@field refcount? integer
---@field state? "active"|"grace"
---@field started_at? integer seconds since 1970

---@param name string
---@param info table
---@return sharedserver.Status
local function status_from(name, info)
    local lazy = config.servers[name].lazy
    if info.state ~= "active" and info.state ~= "grace" then
        return { name = name, running = false, attached = false, lazy = lazy }
    end
    return {
        name = name,
        running = true,
        attached = require("sharedserver.session").uses(info),
        pid = info.pid,
        refcount = info.refcount,
        lazy = lazy,
        state = info.state,
        started_at = info.started_at,
    }
end

--- How a registered server is.
---@param name string
---@return sharedserver.Status|{error: string}
function M.status(name)
    if not M.is_registered(name) then
        return { error = ("Server '%s' is not registered."):format(tostring(name)) }
    end
    local in_time, info = wait_for(ASK_TIMEOUT_MS, function(done)
        require("sharedserver.servers").info(name, done)
    end)
    return status_from(name, in_time and info or require("sharedserver.lockfiles").info(name))
end

--- How all registered servers are, by name.
---@return table<string, sharedserver.Status>
function M.status_all()
    local in_time, infos = wait_for(ASK_TIMEOUT_MS, function(done)
        require("sharedserver.servers").infos(done)
    end)
    local by_name = {}
    for _, info in ipairs(in_time and infos or require("sharedserver.lockfiles").list()) do
        by_name[info.name] = info
    end
    local all = {}
    for _, name in ipairs(config.names()) do
        all[name] = status_from(name, by_name[name] or {})
    end
    return all
end

--- The names of all registered servers, in order.
---@return string[]
function M.list()
    return config.names()
end

--- Whether a server of that name is registered.
---@param name string
---@return boolean
function M.is_registered(name)
    return config.servers[name] ~= nil
end

return M
