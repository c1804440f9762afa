--- The view of all servers.
local appearance = require("sharedserver.ui.appearance")
local canvas = require("sharedserver.ui.canvas")
local overview = require("sharedserver.overview")
local pad = canvas.pad

local M = {}

M.CLOSE_HINT = "Press q or <Esc> to close"

-- Widths of the columns; that of the names grows with them.
local NAME, STATUS, PID, REFS, UPTIME = 21, 13, 9, 9, 8
local REST = STATUS + PID + REFS + UPTIME

---@param infos table[]
---@return integer
local function name_width(infos)
    local width = NAME
    for _, info in ipairs(infos) do
        width = math.max(width, vim.fn.strdisplaywidth(info.name) + 4)
    end
    return width
end

---@param paper sharedserver.Canvas
---@param info table
---@param width integer of the first column
local function add_row(paper, info, width)
    local look = appearance.of(info)
    local runs = appearance.runs(info)
    local is_used = runs or info.restart_remaining ~= nil
    local mark = look.mark .. " "
    local name = pad(info.name, width - vim.fn.strdisplaywidth(mark))
    paper:add({
        { mark, look.group },
        { name, runs and "SharedServerName" or look.group },
        { pad(look.word, STATUS), look.group },
        pad(runs and tostring(info.pid) or "-", PID),
        pad(is_used and tostring(info.refcount or 0) or "-", REFS),
        pad(runs and appearance.uptime(info) or "-", UPTIME),
        { appearance.notes(info), "SharedServerFlag" },
    }, info.name)
end

--- Draws the table.
---@param running table[] infos
---@return sharedserver.Canvas
function M.render(running)
    local paper = canvas.new()
    local infos = overview.all(running)
    local width = name_width(infos)
    local rule = width + REST
    for _, info in ipairs(infos) do
        rule = math.max(rule, width + REST + vim.fn.strdisplaywidth(appearance.notes(info)))
    end
    local titles = pad("NAME", width)
        .. pad("STATUS", STATUS)
        .. pad("PID", PID)
        .. pad("REFS", REFS)
    paper:add({ { titles .. "UPTIME", "SharedServerHeader" } })
    paper:rule(rule)
    for _, info in ipairs(infos) do
        add_row(paper, info, width)
    end
    if #infos == 0 then
        paper:add({ "No server is configured, and none runs. See :help sharedserver-setup" })
    end
    paper:blank()
    paper:add({ { M.CLOSE_HINT .. ", ? for all keys", "SharedServerLabel" } })
    return paper
end

return M
