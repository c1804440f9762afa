--- The editor's one connection to the watcher, made anew whenever it breaks.
---
--- A request stays here until it is answered: if the watcher goes away in between, it is asked
--- again of the next one. Every request of the protocol may be made twice.
local client = require("sharedserver.client")
local lockdir = require("sharedserver.lockdir")
local uv = require("sharedserver.compat").uv
local watcher = require("sharedserver.watcher")

local M = {}

-- How many watchers may go away under one request, or be started in vain, before it is given up.
local MOST_TRIES = 6
-- A connection that has lived that long was a good one.
local GOOD_AGE_MS = 5000
local FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 100, 10000
-- How long a connection that nobody needs is kept, for requests that come in a row.
local IDLE_MS = 500

---@class sharedserver.LinkOwner
---@field on_up fun() the connection stands; requests made in here go first
---@field on_event fun(method: string, params: table)
---@field on_given_up fun(err: sharedserver.Error) no watcher can be had
---@field needs_watcher fun(): boolean whether a broken connection has to be made anew
---@field keeps_link fun(): boolean whether one that stands is to be kept

---@class sharedserver.LinkRequest
---@field method string
---@field params table
---@field answer sharedserver.Answer
---@field may_start boolean whether a watcher is started for it
---@field tries integer

---@type sharedserver.LinkOwner
local owner = {
    on_up = function() end,
    on_event = function() end,
    on_given_up = function() end,
    needs_watcher = function()
        return false
    end,
    keeps_link = function()
        return false
    end,
}

---@type "down"|"pausing"|"connecting"|"starting"|"up"
local state = "down"
---@type sharedserver.Client?
local connection
---@type sharedserver.LinkRequest[]
local queue = {}
---@type string?
local directory
local unanswered = 0
local up_since = 0
local quick_ends = 0
local failed_starts = 0
local closed_for_good = false
local idle_timer, directory_watch

local connect

---@return string path of the lock directory; the same one for as long as anything hangs on it
function M.directory()
    if not directory or (state == "down" and not owner.needs_watcher()) then
        directory = lockdir.locate()
    end
    return directory
end

--- Names the one who is told of the connection, and who says whether it is needed.
---@param handlers sharedserver.LinkOwner
function M.set_owner(handlers)
    owner = handlers
end

--- Whether the connection stands.
---@return boolean
function M.is_up()
    return state == "up"
end

---@return table? hello what the watcher has said about itself
function M.hello()
    return connection and connection.hello
end

---@return boolean
local function may_start()
    for _, request in ipairs(queue) do
        if request.may_start then
            return true
        end
    end
    return owner.needs_watcher()
end

---@param err sharedserver.Error
local function fail_queue(err)
    local failed = queue
    queue = {}
    for _, request in ipairs(failed) do
        request.answer(err)
    end
end

local function stop_idle_timer()
    if idle_timer then
        idle_timer:stop()
    end
end

local function close_if_idle()
    if state == "up" and unanswered == 0 and #queue == 0 and not owner.keeps_link() then
        state = "down"
        connection:close()
        connection = nil
    end
end

--- A watcher stays for as long as somebody is connected: so nobody is without a reason.
function M.release()
    if state ~= "up" or unanswered > 0 or owner.keeps_link() then
        return
    end
    idle_timer = idle_timer or uv.new_timer()
    idle_timer:start(IDLE_MS, 0, close_if_idle)
end

local function stop_directory_watch()
    if directory_watch then
        directory_watch:close()
        directory_watch = nil
    end
end

--- No watcher can be had now. If somebody else brings one up, its socket appears.
local function await_socket()
    if directory_watch then
        return
    end
    directory_watch = uv.new_fs_event()
    local started = directory_watch:start(M.directory(), {}, function(_, file)
        if state == "down" and owner.needs_watcher() and (not file or file == "control.sock") then
            stop_directory_watch()
            connect()
        end
    end)
    if not started then
        stop_directory_watch()
    end
end

---@param err sharedserver.Error
local function give_up(err)
    state = "down"
    failed_starts = 0
    fail_queue(err)
    if owner.needs_watcher() and not closed_for_good then
        owner.on_given_up(err)
        await_socket()
    end
end

---@param request sharedserver.LinkRequest
local function send(request)
    unanswered = unanswered + 1
    stop_idle_timer()
    request.tries = request.tries + 1
    connection:request(request.method, request.params, function(err, result)
        unanswered = unanswered - 1
        local may_repeat = request.tries < MOST_TRIES and not closed_for_good
        if err and err.kind == "unreachable" and may_repeat then
            queue[#queue + 1] = request
            M.ensure()
            return
        end
        request.answer(err, result)
        M.release()
    end)
end

---@param new sharedserver.Client
local function come_up(new)
    connection = new
    state = "up"
    up_since = uv.now()
    failed_starts = 0
    stop_directory_watch()
    local waiting = queue
    queue = {}
    owner.on_up()
    for i, request in ipairs(waiting) do
        if state ~= "up" then
            queue[#queue + 1] = waiting[i] -- it broke meanwhile
        else
            send(request)
        end
    end
    M.release()
end

local function handle_end()
    connection = nil
    state = "down"
    quick_ends = uv.now() - up_since < GOOD_AGE_MS and quick_ends + 1 or 0
    M.ensure()
end

local function start_watcher()
    state = "starting"
    failed_starts = failed_starts + 1
    watcher.bring_up(M.directory(), function(err)
        if err or failed_starts >= MOST_TRIES then
            give_up(
                err or client.error("unreachable", "The watcher ends as soon as it is started.")
            )
        else
            connect()
        end
    end)
end

---@param err sharedserver.Error why there is no connection
---@return boolean
local function is_worth_a_start(err)
    -- The program also mends a directory that is too open, or says why it cannot.
    return err.kind == "unreachable" or (err.kind == "unsafe" and failed_starts == 0)
end

function connect()
    state = "connecting"
    local handlers = { on_event = owner.on_event, on_end = handle_end }
    client.connect(M.directory(), handlers, function(err, new)
        if closed_for_good then
            if new then
                new:close()
            end
        elseif new then
            come_up(new)
        elseif may_start() and is_worth_a_start(err) then
            start_watcher()
        else
            give_up(err)
        end
    end)
end

--- Sees to it that there is a connection, where anything needs one.
function M.ensure()
    if state ~= "down" or closed_for_good or (#queue == 0 and not owner.needs_watcher()) then
        return
    end
    if quick_ends < 2 then
        return connect()
    end
    -- It breaks again and again: not so fast.
    state = "pausing"
    local pause = uv.new_timer()
    local time = math.min(FIRST_PAUSE_MS * 2 ^ (quick_ends - 2), LONGEST_PAUSE_MS)
    pause:start(math.floor(time), 0, function()
        pause:close()
        connect()
    end)
end

---@class sharedserver.LinkOptions
---@field start? boolean whether to bring a watcher up where none listens
---@field once? boolean whether it only makes sense on the connection that stands now

--- Asks the watcher. The answer comes in libuv's context; with kind "unreachable" where no watcher
--- listens and none was to be started, or could be.
---@param method string
---@param params table
---@param options sharedserver.LinkOptions
---@param answer sharedserver.Answer
function M.request(method, params, options, answer)
    local request = {
        method = method,
        params = params,
        answer = answer,
        may_start = options.start or false,
        tries = options.once and MOST_TRIES or 0,
    }
    if state == "up" then
        return send(request)
    end
    if closed_for_good then
        return answer(client.error("unreachable", "The editor is about to end."))
    end
    queue[#queue + 1] = request
    M.ensure()
end

--- Sends a request only if the connection stands, whatever waits.
---@param method string
---@param params table
---@param answer sharedserver.Answer
---@return boolean was_sent
function M.request_now(method, params, answer)
    if not connection or state ~= "up" then
        return false
    end
    connection:request(method, params, answer)
    return true
end

--- For the editor's end: nothing is connected or started any more.
function M.close_for_good()
    closed_for_good = true
    stop_idle_timer()
    stop_directory_watch()
end

return M
