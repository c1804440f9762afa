--- The menu of a server: what can be done to it, to choose from.
local appearance = require("sharedserver.ui.appearance")
local commands = require("sharedserver.commands")
local defined = require("sharedserver.defined")
local overview = require("sharedserver.overview")
local servers = require("sharedserver.servers")
local session = require("sharedserver.session")

local M = {}

---@class sharedserver.MenuItem
---@field text string
---@field act fun(name: string)

---@type table<string, sharedserver.MenuItem>
local ITEMS = {
    start = { text = "Start, and attach", act = commands.start },
    attach = { text = "Attach", act = commands.start },
    detach = {
        text = "Detach",
        act = function(name)
            require("sharedserver.session").detach(name, function() end)
        end,
    },
    stop = {
        text = "Stop",
        act = function(name)
            commands.stop(name, {})
        end,
    },
    restart = { text = "Restart", act = commands.restart },
    details = {
        text = "Show all about it",
        act = function(name)
            require("sharedserver.ui.status").open(name)
        end,
    },
    log = {
        text = "Follow its log",
        act = function(name)
            require("sharedserver.ui.log").open(name)
        end,
    },
}

--- What can be done to a server as it is now.
---@param info table
---@return sharedserver.MenuItem[]
function M.items(info)
    local others = session.others(info)
    local stop = ITEMS.stop
    if others > 0 then
        stop = {
            text = ("Stop for all (%d other%s)"):format(others, others == 1 and "" or "s"),
            act = function(name)
                commands.stop(name, { all = true })
            end,
        }
    end
    if info.restart_remaining then
        return { ITEMS.start, stop, ITEMS.details, ITEMS.log }
    elseif not appearance.runs(info) then
        return { ITEMS.start, ITEMS.details, ITEMS.log }
    end
    local first = session.uses(info) and ITEMS.detach or ITEMS.attach
    return { first, stop, ITEMS.restart, ITEMS.details, ITEMS.log }
end

--- Lets the user choose what to do with a server, and does it.
---@param name string
local function choose_action(name)
    servers.info(name, function(info)
        vim.schedule(function()
            local options = {
                prompt = ("%s (%s)"):format(name, appearance.of(info).word),
                kind = "sharedserver_action",
                format_item = function(item)
                    return item.text
                end,
            }
            vim.ui.select(M.items(info), options, function(item)
                if item then
                    item.act(name)
                end
            end)
        end)
    end)
end

---@param running table[]
local function choose_server(running)
    local infos = overview.all(running)
    if #infos == 0 then
        return require("sharedserver.notify").answer("No server is configured, and none runs")
    end
    local options = {
        prompt = "Shared server",
        kind = "sharedserver",
        format_item = function(info)
            local look = appearance.of(info)
            return ("%s %s (%s)"):format(look.mark, info.name, look.word)
        end,
    }
    vim.ui.select(infos, options, function(info)
        if info then
            choose_action(info.name)
        end
    end)
end

--- Opens the menu of a server, or lets choose one first.
---@param name? string
function M.open(name)
    if name then
        return choose_action(name)
    end
    defined.refresh(function()
        servers.infos(function(infos)
            vim.schedule(function()
                choose_server(infos)
            end)
        end)
    end)
end

return M
