--- Which servers this Neovim is attached to, whatever becomes of the watcher in between.
---
--- A watcher that comes after another one knows the clients from the lockfiles; attaching again is
--- certain all the same, and twice is once. Answers and events come in libuv's context.
local launch = require("sharedserver.launch")
local link = require("sharedserver.link")
local lockfiles = require("sharedserver.lockfiles")
local report = require("sharedserver.report")
local uv = require("sharedserver.compat").uv
local watcher = require("sharedserver.watcher")

local M = {}

---@class sharedserver.Attachment
---@field metadata? string
---@field started_at? integer seconds since 1970, as the watcher tells it
---@field started_ms? number of uv.now(), where this Neovim saw the start

---@type table<string, sharedserver.Attachment>
local attached = {}

--- What is wanted of a server most recently: an older wish for it is over when a newer one comes.
---@type table<string, integer>
local wishes = {}
--- How many requests to attach to a server are on their way.
---@type table<string, integer>
local under_way = {}

-- Why one cannot attach to what a start brings up: the server, the watcher, a directory to tighten.
local CURED_BY_START = { not_running = true, unreachable = true, unsafe = true }

---@type table<table, fun(name?: string)>
local observers = {}
local is_leaving = false
local has_complained = false

---@param name? string
local function tell_observers(name)
    for _, observe in pairs(observers) do
        observe(name)
    end
end

---@param name string
---@return integer wish
local function new_wish(name)
    wishes[name] = (wishes[name] or 0) + 1
    return wishes[name]
end

---@param name string
---@param info table
---@param started_ms? number
---@param metadata? string
local function remember(name, info, started_ms, metadata)
    attached[name] = {
        started_at = info.started_at,
        started_ms = started_ms,
        metadata = metadata,
    }
end

---@param attachment sharedserver.Attachment
---@return number? milliseconds
local function age(attachment)
    if attachment.started_ms then
        return uv.now() - attachment.started_ms
    end
    return attachment.started_at and (os.time() - attachment.started_at) * 1000
end

--- What is started again by its policy keeps its clients: that is told, and ends nothing here.
---@param name string
---@param ending sharedserver.Ending
local function take_ending(name, ending)
    local attachment = attached[name]
    if not attachment then
        return
    end
    ending.age_ms = age(attachment)
    if not ending.restart_in then
        attached[name] = nil
    end
    report.ended(name, ending)
    link.release()
end

--- Attaches again on a new connection, to what ran when the old one broke. If it has ended
--- meanwhile, nobody starts it again: that is what the user is told.
---@param name string
---@param attachment sharedserver.Attachment
local function attach_again(name, attachment)
    local wish = wishes[name]
    local params = launch.client(name, attachment.metadata)
    link.request("use", params, { once = true }, function(err)
        if not err or err.kind ~= "not_running" or wishes[name] ~= wish then
            return
        end
        link.request("info", { name = name }, {}, function(_, info)
            if wishes[name] == wish then
                info = info or {}
                take_ending(name, { exit_code = info.exit_code, signal = info.signal })
                tell_observers(name)
            end
        end)
    end)
end

local function handle_up()
    has_complained = false
    link.request("subscribe", {}, { once = true }, function() end)
    for name, attachment in pairs(attached) do
        attach_again(name, attachment)
    end
    tell_observers()
end

---@param err sharedserver.Error
local function handle_given_up(err)
    if not has_complained then
        has_complained = true
        report.no_watcher(err)
    end
end

--- Somebody else may attach this Neovim or detach it, by its pid.
---@param info table
local function follow(info)
    local name = info.name
    if info.clients == nil and info.state ~= "grace" or (under_way[name] or 0) > 0 then
        return
    end
    local is_client = launch.is_client_of(info)
    if attached[name] and is_client == false then
        attached[name] = nil
        link.release()
    elseif not attached[name] and is_client then
        remember(name, info)
    end
end

local on_event = {
    ["server.attached"] = function(params)
        follow(params.server)
    end,
    ["server.detached"] = function(params)
        follow(params.server)
    end,
    ["server.grace"] = function(params)
        follow(params.server)
    end,
    ["server.started"] = function(params)
        local attachment = attached[params.server.name]
        if attachment then
            attachment.started_at, attachment.started_ms = params.server.started_at, uv.now()
        end
    end,
    -- Only of interest to those who observe.
    ["server.ready"] = function() end,
    ["server.stopped"] = function(params)
        -- Whoever restarts a server keeps its clients.
        if params.reason ~= "restart" then
            take_ending(params.server.name, {
                reason = params.reason,
                exit_code = params.exit_code,
                signal = params.signal,
                restart_in = params.server.restart_remaining,
            })
        end
    end,
    ["server.failed"] = function(params)
        take_ending(params.server.name, {
            message = params.message,
            exit_code = params.exit_code,
            signal = params.signal,
        })
    end,
}

---@param method string
---@param params table
local function handle_event(method, params)
    local handler = on_event[method]
    if handler and not is_leaving then
        handler(params)
        tell_observers(params.server.name)
    end
end

---@param name string
---@param change integer
local function count_under_way(name, change)
    local count = (under_way[name] or 0) + change
    under_way[name] = count > 0 and count or nil
end

---@param definition sharedserver.Definition
---@param params table
---@param wish integer
---@param done sharedserver.Answer
---@param outcome? string what has come of it by another way before: "started" or "attached"
local function request_use(definition, params, wish, done, outcome)
    local name = definition.name
    local options = { start = params.command ~= nil or lockfiles.exists(name) }
    count_under_way(name, 1)
    link.request("use", params, options, function(err, result)
        count_under_way(name, -1)
        if result then
            result.outcome = outcome or result.outcome
        end
        if result and wishes[name] == wish then
            local is_news = not attached[name] or result.outcome == "started"
            local started_ms = result.outcome == "started" and uv.now() or nil
            remember(name, result.info, started_ms, definition.metadata)
            if is_news then
                report.attached(name, result)
            end
        end
        done(err, result)
    end)
end

--- Attaches where the server runs; `done` gets kind "not_running" or "unreachable" where it does
--- not. Costs little: the environment is not sent.
---@param definition sharedserver.Definition
---@param done sharedserver.Answer
function M.attach(definition, done)
    local params = launch.client(definition.name, definition.metadata)
    request_use(definition, params, new_wish(definition.name), done)
end

--- Attaches to what `start` starts by another way than the connection, for this Neovim as client.
--- Requests are answered in their order, but that way takes its time: a Neovim that has detached
--- meanwhile may be attached by it afterwards, and detaches again.
---@param definition sharedserver.Definition
---@param start fun(done: sharedserver.Answer) with outcome "started" or "attached"
---@param done sharedserver.Answer
function M.attach_by(definition, start, done)
    local name = definition.name
    local wish = new_wish(name)
    count_under_way(name, 1)
    start(function(err, started)
        count_under_way(name, -1)
        local params = launch.client(name, definition.metadata)
        if err then
            done(err)
        elseif wishes[name] == wish then
            request_use(definition, params, wish, done, started.outcome)
        elseif attached[name] or under_way[name] then
            done(nil, started)
        else
            link.request("unuse", params, {}, function()
                done(nil, started)
            end)
        end
    end)
end

--- Attaches, and starts the server where it does not run. Not for libuv's context.
---@param definition sharedserver.Definition
---@param done sharedserver.Answer
function M.start(definition, done)
    request_use(definition, launch.params(definition), new_wish(definition.name), done)
end

--- What happens by itself when the editor starts: as start(), and lazy ones as attach(), but
--- in two steps, so that nothing is prepared for those that run already.
---@param definition sharedserver.Definition
---@param done sharedserver.Answer
function M.use_soon(definition, done)
    local name = definition.name
    local wish
    M.attach(definition, function(err, result)
        if not err or definition.lazy or not CURED_BY_START[err.kind] then
            return done(err, result)
        end
        vim.schedule(function()
            if wishes[name] == wish and not is_leaving then
                M.start(definition, done)
            else
                done(err)
            end
        end)
    end)
    wish = wishes[name]
end

--- Gives up this Neovim's reference.
---@param name string
---@param done sharedserver.Answer
function M.detach(name, done)
    new_wish(name)
    local was_attached = attached[name] ~= nil or under_way[name] ~= nil
    attached[name] = nil
    link.request("unuse", launch.client(name), { start = was_attached }, function(err, result)
        if result and result.outcome == "detached" then
            report.detached(name)
        end
        done(err, result)
    end)
end

--- Whether this Neovim is attached to a server, as far as it knows.
---@param name string
---@return boolean
function M.is_attached(name)
    return attached[name] ~= nil
end

--- Whether this Neovim is a client of a server, by its info, or by what is remembered where that
--- does not tell.
---@param info table
---@return boolean
function M.uses(info)
    local is_client = launch.is_client_of(info)
    if is_client == nil then
        return M.is_attached(info.name)
    end
    return is_client
end

--- How many others use a server.
---@param info table
---@return integer
function M.others(info)
    local count = info.refcount or 0
    return M.uses(info) and count - 1 or count
end

--- Calls `observe` in libuv's context when anything changes, until cancelled.
---@param observe fun(name?: string)
---@return fun() cancel
function M.observe(observe)
    local key = {}
    observers[key] = observe
    return function()
        observers[key] = nil
        link.release()
    end
end

--- Detaches from everything for the editor's end, and waits for the answers no longer than that.
--- What cannot be asked any more counts as detached all the same once this process is gone.
---@param milliseconds integer
function M.leave(milliseconds)
    is_leaving = true
    link.close_for_good()
    local names = vim.tbl_keys(vim.tbl_extend("force", attached, under_way))
    local is_lost = #names > 0 and not link.is_up()
    local left = is_lost and 0 or #names
    for _, name in ipairs(is_lost and {} or names) do
        link.request_now("unuse", launch.client(name), function(err)
            is_lost = is_lost or (err ~= nil and err.kind == "unreachable")
            left = left - 1
        end)
    end
    vim.wait(milliseconds, function()
        return left == 0
    end, 1)
    if is_lost then
        -- The watcher is gone. A new one sees that this client is gone, too.
        watcher.bring_up(link.directory(), function() end)
    end
end

link.set_owner({
    on_up = handle_up,
    on_event = handle_event,
    on_given_up = handle_given_up,
    needs_watcher = function()
        return next(attached) ~= nil
    end,
    keeps_link = function()
        return next(attached) ~= nil or next(observers) ~= nil
    end,
})

return M
