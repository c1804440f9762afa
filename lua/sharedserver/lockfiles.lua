--- Reads the lockfiles, for when no watcher is there to be asked. Nothing is ever written here.
local definition = require("sharedserver.definition")
local link = require("sharedserver.link")
local process = require("sharedserver.process")
local uv = require("sharedserver.compat").uv
local wire = require("sharedserver.wire")

local M = {}

-- Files are written in place: a reader without their lock can come in the middle of it.
local TRIES = 5

---@param path string
---@return table?
local function read(path)
    for _ = 1, TRIES do
        local file = io.open(path, "r")
        if not file then
            return nil
        end
        local object = wire.decode(file:read("*a") or "")
        file:close()
        if object then
            return object
        end
    end
    return nil
end

--- Days from 1970-01-01, by the calendar of the proleptic Gregorian year.
---@param year integer
---@param month integer
---@param day integer
---@return integer
local function days(year, month, day)
    -- Years begin in March here, so that the leap day is their last.
    if month <= 2 then
        year, month = year - 1, month + 12
    end
    local of_years = 365 * year + math.floor(year / 4) - math.floor(year / 100)
    return of_years
        + math.floor(year / 400)
        + math.floor((153 * (month - 3) + 2) / 5)
        + day
        - 719469
end

--- Reads a time stamp of the files, which is always in UTC.
---@param text any
---@return integer? seconds since 1970
function M.seconds(text)
    local pattern = "^(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)"
    local year, month, day, hour, minute, second = tostring(text):match(pattern)
    if not year then
        return nil
    end
    local whole = days(tonumber(year), tonumber(month), tonumber(day))
    return whole * 86400 + tonumber(hour) * 3600 + tonumber(minute) * 60 + tonumber(second)
end

---@param path string
---@return table[] clients that live
local function live_clients(path)
    local content = read(path)
    local clients = {}
    for key, entry in pairs(content and content.clients or {}) do
        local pid = tonumber(key)
        if pid and type(entry) == "table" and process.is_alive(pid, entry.start_time) then
            clients[#clients + 1] = {
                pid = pid,
                attached_at = entry.attached_at,
                metadata = entry.metadata,
            }
        end
    end
    table.sort(clients, function(a, b)
        return a.pid < b.pid
    end)
    return clients
end

---@param name string
---@return string path of the file that names the server
local function server_file(name)
    return ("%s/%s.server.json"):format(link.directory(), name)
end

--- Whether a server may be running: its file is there.
---@param name string
---@return boolean
function M.exists(name)
    return definition.is_server_name(name) and uv.fs_stat(server_file(name)) ~= nil
end

--- What the files say about a server, in the form of the protocol's info object.
---@param name string
---@return table info
function M.info(name)
    local record = definition.is_server_name(name) and read(server_file(name))
    if not record or not record.pid or not process.is_alive(record.pid, record.start_time) then
        return { name = name, state = "stopped" }
    end
    local clients = live_clients(("%s/%s.clients.json"):format(link.directory(), name))
    return {
        name = name,
        state = #clients > 0 and "active" or "grace",
        pid = record.pid,
        command = record.command,
        grace_period = record.grace_period,
        watcher_pid = record.watcher_pid,
        manager = record.manager,
        started_at = M.seconds(record.started_at),
        refcount = #clients,
        clients = #clients > 0 and clients or nil,
        log_file = record.log_file,
        working_dir = record.working_dir,
    }
end

--- All servers that run.
---@return table[] infos by name
function M.list()
    local infos = {}
    local directory = uv.fs_scandir(link.directory())
    while directory do
        local file = uv.fs_scandir_next(directory)
        if not file then
            break
        end
        local name = file:match("^(.+)%.server%.json$")
        local info = name and M.info(name)
        if info and info.state ~= "stopped" then
            infos[#infos + 1] = info
        end
    end
    table.sort(infos, function(a, b)
        return a.name < b.name
    end)
    return infos
end

return M
