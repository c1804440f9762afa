--- The keys of the status window, and the view that explains them.
local canvas = require("sharedserver.ui.canvas")
local table_view = require("sharedserver.ui.table")

local M = {}

---@class sharedserver.Key
---@field keys string[]
---@field action string a function of sharedserver.ui.status
---@field text string

---@type sharedserver.Key[]
M.KEYS = {
    { keys = { "q", "<Esc>" }, action = "close", text = "close this window" },
    {
        keys = { "<CR>", "K" },
        action = "details",
        text = "all about the server, its clients, its log",
    },
    { keys = { "<BS>", "-" }, action = "all", text = "back to all servers" },
    { keys = { "s" }, action = "start", text = "start the server, attach to it" },
    { keys = { "x" }, action = "stop", text = "stop the server" },
    { keys = { "r" }, action = "restart", text = "restart the server" },
    { keys = { "m" }, action = "menu", text = "choose from all that can be done to it" },
    { keys = { "l" }, action = "log", text = "follow the server's log" },
    { keys = { "?", "g?" }, action = "help", text = "show or leave this help" },
}

--- Sets the keys of a buffer.
---@param buffer integer
---@param actions table<string, fun()>
function M.set(buffer, actions)
    for _, entry in ipairs(M.KEYS) do
        for _, key in ipairs(entry.keys) do
            vim.keymap.set("n", key, actions[entry.action], {
                buffer = buffer,
                nowait = true,
                silent = true,
                desc = entry.text,
            })
        end
    end
end

local MARKS = {
    { "●", "running", "SharedServerRunning", "with clients" },
    {
        "⏳",
        "GRACE",
        "SharedServerGrace",
        "without clients; is stopped when its grace period ends",
    },
    { "○", "stopped", "SharedServerStopped", "" },
}

local NOTES = {
    { "[lazy]", "is not started by itself" },
    { "[detached]", "runs, but not for this Neovim" },
    { "[defined]", "is not configured here, but defined by servers.json" },
    { "[external]", "runs, but is not configured here" },
    { "not ready", "runs, but cannot be used yet" },
    { "restarts in", "has ended by itself, and is started again" },
}

--- Draws the help.
---@return sharedserver.Canvas
function M.render()
    local paper = canvas.new()
    paper:add({ { "KEYS", "SharedServerHeader" } })
    for _, entry in ipairs(M.KEYS) do
        local keys = table.concat(entry.keys, " or ")
        paper:add({ { canvas.pad(keys, 12), "SharedServerKey" }, entry.text })
    end
    paper:blank()
    paper:add({ { "MARKS", "SharedServerHeader" } })
    for _, mark in ipairs(MARKS) do
        paper:add({ { canvas.pad(mark[1] .. " " .. mark[2], 12), mark[3] }, mark[4] })
    end
    for _, note in ipairs(NOTES) do
        paper:add({ { canvas.pad(note[1], 12), "SharedServerFlag" }, note[2] })
    end
    paper:blank()
    paper:add({ { table_view.CLOSE_HINT .. ", ? to go back", "SharedServerLabel" } })
    return paper
end

return M
