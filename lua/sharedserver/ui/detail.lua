--- The view of one server: everything that is known about it.
local appearance = require("sharedserver.ui.appearance")
local canvas = require("sharedserver.ui.canvas")
local config = require("sharedserver.config")
local defined = require("sharedserver.defined")
local duration = require("sharedserver.duration")
local launch = require("sharedserver.launch")
local lockfiles = require("sharedserver.lockfiles")
local logfile = require("sharedserver.logfile")
local table_view = require("sharedserver.ui.table")
local pad = canvas.pad

local M = {}

local LABEL, CLIENT_PID, CLIENT_TIME = 14, 9, 11
local RULE = 60
local LOG_LINES = 10

---@param info table
---@return string
local function exit_text(info)
    if info.exit_code then
        return ("exit code %d"):format(info.exit_code)
    end
    return info.signal and ("signal %d"):format(info.signal) or ""
end

---@param info table
---@return string
local function uptime_text(info)
    local since = info.started_at and os.date("%Y-%m-%d %H:%M:%S", info.started_at) or "unknown"
    return ("%s (since %s)"):format(appearance.uptime(info), since)
end

---@param info table
---@return string
local function watcher_text(info)
    if not info.watcher_pid then
        return "none"
    end
    local kind = info.manager and "" or ", of another tool"
    return ("PID %d%s"):format(info.watcher_pid, kind)
end

---@param info table
---@return string
local function load_text(info)
    if not info.rss_bytes then
        return ""
    end
    return ("%.1f %%, %.1f MiB"):format(info.cpu_percent or 0, info.rss_bytes / 1048576)
end

---@param paper sharedserver.Canvas
---@param label string
---@param text? string
---@param group? string
local function add_field(paper, label, text, group)
    if text and text ~= "" then
        paper:add({ { pad(label, LABEL), "SharedServerLabel" }, { text, group or "Normal" } })
    end
end

---@param paper sharedserver.Canvas
---@param title string
local function add_heading(paper, title)
    paper:blank()
    paper:add({ { title, "SharedServerHeader" } })
end

---@param paper sharedserver.Canvas
---@param info table
---@param definition? sharedserver.Definition
local function add_fields(paper, info, definition)
    local configured = definition and definition.command
    if appearance.runs(info) then
        add_field(paper, "PID", tostring(info.pid))
        add_field(paper, "Uptime", uptime_text(info))
        add_field(paper, "Grace period", info.grace_period or "5m")
        add_field(paper, "Command", appearance.command(info.command or {}))
        if definition and launch.differs(definition, info) then
            local text = appearance.command(configured) .. " (not the one that runs)"
            add_field(paper, "Configured", text, "SharedServerGrace")
        end
        add_field(paper, "Directory", info.working_dir)
        add_field(paper, "CPU, memory", load_text(info))
        add_field(paper, "Watcher", watcher_text(info))
    else
        add_field(paper, "Ended with", exit_text(info))
        add_field(paper, "Command", configured and appearance.command(configured))
        add_field(paper, "Directory", definition and definition.working_dir)
    end
    add_field(paper, "Problem", info.problem, "SharedServerProblem")
end

---@param paper sharedserver.Canvas
---@param info table
local function add_clients(paper, info)
    local clients = info.clients or {}
    local count = math.max(info.refcount or 0, #clients)
    add_heading(paper, ("CLIENTS (%d)"):format(count))
    if count == 0 then
        paper:add({ { "none", "SharedServerLabel" } })
        return
    end
    local header = pad("PID", CLIENT_PID) .. pad("ATTACHED", CLIENT_TIME) .. "REMARK"
    paper:add({ { header, "SharedServerLabel" } })
    for _, client in ipairs(clients) do
        local since = lockfiles.seconds(client.attached_at)
        local own = client.pid == vim.fn.getpid() and "this Neovim" or ""
        local remark = type(client.metadata) == "string" and client.metadata or ""
        paper:add({
            pad(tostring(client.pid), CLIENT_PID),
            pad(since and duration.format(os.time() - since) or "-", CLIENT_TIME),
            remark,
            remark ~= "" and own ~= "" and ", " or "",
            { own, "SharedServerFlag" },
        })
    end
    if count > #clients then
        local text = ("and %d more"):format(count - #clients)
        paper:add({ { text, "SharedServerLabel" } })
    end
end

---@param paper sharedserver.Canvas
---@param path string
local function add_log(paper, path)
    add_heading(paper, "LOG")
    add_field(paper, "File", vim.fn.fnamemodify(path, ":~"))
    local lines = logfile.tail(path, LOG_LINES)
    if #lines == 0 then
        paper:add({ { "empty", "SharedServerLabel" } })
    end
    for _, line in ipairs(lines) do
        paper:add({ { line, "SharedServerLog" } })
    end
end

--- Draws all about one server.
---@param info table
---@return sharedserver.Canvas
function M.render(info)
    local paper = canvas.new()
    local definition = config.servers[info.name] or defined.known()[info.name]
    local look = appearance.of(info)
    paper:add({
        { look.mark .. " ", look.group },
        { info.name .. "  ", "SharedServerName" },
        { look.word .. "  ", look.group },
        { appearance.notes(info), "SharedServerFlag" },
    }, info.name)
    if definition and definition.description then
        paper:add({ { definition.description, "SharedServerLabel" } })
    end
    paper:rule(RULE)
    local is_there = appearance.runs(info) or info.restart_remaining
    if not definition and not is_there and not info.problem then
        paper:add({ "It is not configured and does not run." })
    end
    add_fields(paper, info, definition)
    if appearance.runs(info) then
        add_clients(paper, info)
    end
    add_log(paper, logfile.path(info))
    paper:blank()
    local hint = table_view.CLOSE_HINT .. ", <BS> for all servers, ? for all keys"
    paper:add({ { hint, "SharedServerLabel" } })
    return paper
end

return M
