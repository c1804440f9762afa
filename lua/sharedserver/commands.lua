--- The user commands. None of them waits: what comes of it is notified.
local config = require("sharedserver.config")
local notify = require("sharedserver.notify")

local M = {}

---@param name string
---@param others integer
---@return string
local function detached_text(name, others)
    local users = others == 1 and "another client uses it" or ("%d others use it"):format(others)
    local text = "Detached from '%s', which goes on: %s. :ServerStop! %s stops it for all."
    return text:format(name, users, name)
end

--- Stops a server, and says so where that came out differently than one may expect.
---@param name string
---@param options sharedserver.StopOptions
function M.stop(name, options)
    require("sharedserver.servers").stop(name, options, function(err, result)
        if err then
            return
        end
        if result.outcome == "not_running" then
            notify.answer(("'%s' is not running"):format(name))
        elseif result.outcome ~= "stopped" and (result.others or 0) > 0 then
            notify.answer(detached_text(name, result.others))
        end
    end)
end

--- Starts a server and attaches to it.
---@param name string
function M.start(name)
    require("sharedserver.servers").start(name, function() end)
end

--- Stops a server and starts it again.
---@param name string
function M.restart(name)
    require("sharedserver.servers").restart(name, function() end)
end

---@param bang boolean
---@return sharedserver.StopOptions
local function stop_options(bang)
    return { all = bang, force = bang }
end

---@param names table<string, any>
---@param lead string
---@return string[]
local function matching(names, lead)
    local found = vim.tbl_filter(function(name)
        return vim.startswith(name, lead)
    end, vim.tbl_keys(names))
    table.sort(found)
    return found
end

--- The servers that are registered, and those that servers.json defines. What it defines is known
--- by the time of the first completion: see watch_command_line().
---@return table<string, any>
local function startable()
    local defined = require("sharedserver.defined")
    defined.refresh_soon()
    return vim.tbl_extend("keep", config.servers, defined.known())
end

---@param lead string
---@return string[]
local function complete_startable(lead)
    return matching(startable(), lead)
end

--- Names to complete: those that can be started, and those that run besides.
---@param lead string
---@return string[]
function M.complete(lead)
    local names = startable()
    for _, info in ipairs(require("sharedserver.lockfiles").list()) do
        names[info.name] = info
    end
    return matching(names, lead)
end

local COMMANDS = {
    ServerStart = {
        run = function(call)
            M.start(call.args)
        end,
        options = { nargs = 1, complete = complete_startable, desc = "Start a shared server" },
    },
    ServerStop = {
        run = function(call)
            M.stop(call.args, stop_options(call.bang))
        end,
        options = { nargs = 1, bang = true, complete = M.complete, desc = "Stop a shared server" },
    },
    ServerRestart = {
        run = function(call)
            M.restart(call.args)
        end,
        options = { nargs = 1, complete = M.complete, desc = "Restart a shared server" },
    },
    ServerStatus = {
        run = function(call)
            require("sharedserver.ui.status").open(call.args ~= "" and call.args or nil)
        end,
        options = { nargs = "?", complete = M.complete, desc = "Show the shared servers" },
    },
    ServerList = {
        run = function()
            require("sharedserver.ui.status").open()
        end,
        options = { nargs = 0, desc = "Show the shared servers" },
    },
    ServerMenu = {
        run = function(call)
            require("sharedserver.ui.menu").open(call.args ~= "" and call.args or nil)
        end,
        options = { nargs = "?", complete = M.complete, desc = "Choose what to do to a server" },
    },
    ServerLog = {
        run = function(call)
            require("sharedserver.ui.log").open(call.args)
        end,
        options = { nargs = 1, complete = M.complete, desc = "Follow a shared server's log" },
    },
    ServerStopAll = {
        run = function(call)
            require("sharedserver.servers").stop_all(stop_options(call.bang), function() end)
        end,
        options = { nargs = 0, bang = true, desc = "Stop all registered shared servers" },
    },
}

--- Asks what servers.json defines as soon as one of the commands is being typed, so that its names
--- can be completed without a wait.
local function watch_command_line()
    local group = vim.api.nvim_create_augroup("sharedserver_commands", { clear = true })
    vim.api.nvim_create_autocmd("CmdlineChanged", {
        group = group,
        pattern = ":",
        desc = "Get to know the servers that servers.json defines",
        callback = function()
            if vim.fn.getcmdline():find("^%s*Server%u") then
                require("sharedserver.defined").refresh_soon()
            end
        end,
    })
end

--- Creates all commands; does no harm where they exist.
function M.create()
    watch_command_line()
    for name, command in pairs(COMMANDS) do
        local options = vim.tbl_extend("force", { bar = true }, command.options)
        vim.api.nvim_create_user_command(name, command.run, options)
    end
end

--- Removes them, where they exist.
function M.remove()
    vim.api.nvim_create_augroup("sharedserver_commands", { clear = true })
    for name in pairs(COMMANDS) do
        if vim.fn.exists(":" .. name) == 2 then
            vim.api.nvim_del_user_command(name)
        end
    end
end

return M
