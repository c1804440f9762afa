--- What can be done with servers: the steps behind the public functions and the commands. Each
--- calls back when it is done, in libuv's context or the editor's.
local config = require("sharedserver.config")
local launch = require("sharedserver.launch")
local link = require("sharedserver.link")
local lockfiles = require("sharedserver.lockfiles")
local notify = require("sharedserver.notify")
local report = require("sharedserver.report")
local session = require("sharedserver.session")

local M = {}

---@param name string
---@return sharedserver.Error
local function not_configured(name)
    local text = "Server '%s' is not configured, and servers.json does not define it."
    return { kind = "usage", message = text:format(name) }
end

--- What there is to know to attach to a server that is not registered.
---@param name string
---@return sharedserver.Definition
local function unregistered(name)
    return { name = name, env = {}, lazy = true, is_skipped = false }
end

--- Reports an error before it is passed on.
---@param name string
---@param done sharedserver.Answer
---@return sharedserver.Answer
local function reporting(name, done)
    return function(err, result)
        if err then
            report.failed(name, err)
        end
        done(err, result)
    end
end

--- Has the program start what servers.json defines for the current directory.
---@param name string
---@param done sharedserver.Answer as in defined.start()
local function run_defined(name, done)
    -- Loaded only here: most who start an editor have all their servers in its configuration.
    local defined = require("sharedserver.defined")
    defined.refresh(function(problem)
        vim.schedule(function()
            if problem then
                done({ kind = "usage", message = problem })
            elseif not defined.known()[name] then
                done(not_configured(name))
            else
                defined.start(name, done)
            end
        end)
    end)
end

--- Starts one that only servers.json defines, as the program knows it, and attaches.
---@param name string
---@param done sharedserver.Answer
local function start_defined(name, done)
    local function start(answer)
        run_defined(name, function(err, result)
            if result then
                report.warnings(result)
            end
            answer(err, result)
        end)
    end
    session.attach_by(unregistered(name), start, done)
end

--- Starts a server where it does not run, and attaches.
---@param name string
---@param done sharedserver.Answer
function M.start(name, done)
    local definition = config.servers[name]
    done = reporting(name, done)
    if not definition then
        return start_defined(name, done)
    end
    session.start(definition, done)
end

--- The same for when the editor starts: a lazy server is only attached to, and that none runs then
--- is no error.
---@param name string
function M.use_soon(name)
    local definition = config.servers[name]
    if not definition then
        return
    end
    session.use_soon(definition, function(err)
        local is_absent = err and (err.kind == "not_running" or err.kind == "unreachable")
        if err and not (definition.lazy and is_absent) then
            report.failed(name, err)
        end
    end)
end

--- Attaches where the server runs, be it in its grace period.
---@param name string
---@param done sharedserver.Answer
function M.attach(name, done)
    local definition = config.servers[name]
    if not definition then
        return reporting(name, done)(not_configured(name))
    end
    session.attach(definition, done)
end

--- What the watcher knows about a server, or the files, where there is no watcher.
---@param name string
---@param done fun(info: table)
function M.info(name, done)
    link.request("info", { name = name }, {}, function(err, info)
        done(err and lockfiles.info(name) or info)
    end)
end

--- The same of all that run.
---@param done fun(infos: table[], err?: sharedserver.Error) with the reason why they are the files'
function M.infos(done)
    local infos = {}
    local function ask(after)
        link.request("list", { after = after }, {}, function(err, result)
            if err then
                return done(lockfiles.list(), err)
            end
            vim.list_extend(infos, result.servers or {})
            if result.next then
                ask(result.next)
            else
                done(infos)
            end
        end)
    end
    ask(nil)
end

---@class sharedserver.StopOptions
---@field all? boolean stop it even where others use it
---@field force? boolean end it with SIGKILL where it ignores SIGTERM

--- Gives up this Neovim's reference, and stops the server where nobody else has one.
---@param name string
---@param options sharedserver.StopOptions
---@param done sharedserver.Answer with outcome "stopped", "detached" or "not_running"
function M.stop(name, options, done)
    done = reporting(name, done)
    -- While the editor ends, a server has its grace period, as after any last client.
    local is_ending = type(vim.v.exiting) == "number"
    M.info(name, function(info)
        -- What is about to be started again can be stopped as well.
        local runs = info.state == "active" or info.state == "grace" or info.restart_remaining
        if not runs then
            return done(nil, { outcome = "not_running", others = 0 })
        end
        local others = session.others(info)
        local function finish(err, result)
            if err and err.kind == "not_running" then
                err, result = nil, { outcome = "not_running" }
            end
            done(err, result and { outcome = result.outcome, others = others })
        end
        if is_ending or (others > 0 and not options.all) then
            session.detach(name, finish)
        else
            local params = { name = name, force = options.force or false }
            link.request("stop", params, { start = true }, finish)
        end
    end)
end

--- Does the same with all registered servers.
---@param options sharedserver.StopOptions
---@param done sharedserver.Answer with the first error, if any
function M.stop_all(options, done)
    local names = config.names()
    local left, first_error = #names, nil
    if left == 0 then
        return done(nil, {})
    end
    for _, name in ipairs(names) do
        M.stop(name, options, function(err)
            first_error = first_error or err
            left = left - 1
            if left == 0 then
                done(first_error, {})
            end
        end)
    end
end

--- Restarts a server with the command that it has, and attaches.
---@param name string
---@param done sharedserver.Answer
local function restart_as_it_is(name, done)
    local function restart(answer)
        link.request("restart", { name = name }, { start = true }, function(err, result)
            if err then
                return answer(err)
            end
            report.restarted(name, result)
            answer(nil, { outcome = "attached" }) -- that it was started is told
        end)
    end
    session.attach_by(config.servers[name] or unregistered(name), restart, done)
end

--- Stops a server and starts it again. Its clients stay attached, and it keeps its command; the
--- configured one can only be taken where nobody else uses it.
---@param name string
---@param done sharedserver.Answer
function M.restart(name, done)
    local definition = config.servers[name]
    done = reporting(name, done)
    M.info(name, function(info)
        local runs = info.state == "active" or info.state == "grace"
        local is_new = definition ~= nil and launch.differs(definition, info)
        local function start()
            vim.schedule(function()
                session.start(definition, done)
            end)
        end
        if not runs and not definition then
            vim.schedule(function()
                start_defined(name, done)
            end)
        elseif not runs then
            start()
        elseif is_new and session.others(info) == 0 then
            link.request("stop", { name = name }, { start = true }, function(err)
                if err and err.kind ~= "not_running" then
                    return done(err)
                end
                start()
            end)
        else
            if is_new then
                local text = "'%s' keeps its old command, because others use it. Stop it with "
                    .. ":ServerStop! %s to have it started as it is configured now."
                notify.warn(text:format(name, name))
            end
            restart_as_it_is(name, done)
        end
    end)
end

return M
