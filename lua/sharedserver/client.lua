--- One connection to a watcher: JSON-RPC over its control socket, from hello to the end.
---
--- All callbacks run in libuv's context: they must not call what is forbidden there.
local lockdir = require("sharedserver.lockdir")
local uv = require("sharedserver.compat").uv
local wire = require("sharedserver.wire")

local M = {}

M.PROTOCOL = 1

-- Of the environment that one request may carry; a line's limit is 1 MiB, and JSON can take six
-- characters for a byte. What is above goes ahead in parts of that size.
local MOST_ENVIRONMENT = 96 * 1024

---@class sharedserver.Error
---@field kind string as in the protocol's error data; "unreachable" where no watcher answered
---@field message string one line for people
---@field exit_code? integer
---@field signal? integer
---@field log_tail? string[]

---@alias sharedserver.Answer fun(err?: sharedserver.Error, result?: table)

---@class sharedserver.Client
---@field hello? table what the watcher has said about itself
---@field private pipe userdata
---@field private waiting table<integer, sharedserver.Answer>
---@field private last_id integer
---@field private unread string
---@field private on_event fun(method: string, params: table)
---@field private on_end fun()
local Client = {}
Client.__index = Client

--- An error in the form of those that the watcher answers with.
---@param kind string
---@param message string
---@return sharedserver.Error
function M.error(kind, message)
    return { kind = kind, message = message }
end

---@param answer table the error of a JSON-RPC answer
---@return sharedserver.Error
local function error_from_answer(answer)
    local data = type(answer.data) == "table" and answer.data or {}
    return {
        kind = data.kind or "protocol",
        message = answer.message or "The watcher has refused this.",
        exit_code = data.exit_code,
        signal = data.signal,
        log_tail = data.log_tail,
    }
end

--- Connects and says hello.
---@param directory string the lock directory
---@param handlers { on_event: fun(method: string, params: table), on_end: fun() }
---@param done fun(err?: sharedserver.Error, client?: sharedserver.Client)
function M.connect(directory, handlers, done)
    local verdict, reason = lockdir.check(directory)
    if verdict == "missing" then
        return done(M.error("unreachable", "There is no lock directory " .. directory .. "."))
    end
    if verdict == "unsafe" then
        local text = "The lock directory '%s' %s. Remove it, or set SHAREDSERVER_LOCKDIR."
        return done(M.error("unsafe", text:format(directory, reason)))
    end
    local address, descriptor = lockdir.socket_address(directory)
    if not address then
        local text = "The path of the lock directory '%s' is too long. Set SHAREDSERVER_LOCKDIR."
        return done(M.error("unsafe", text:format(directory)))
    end
    local pipe = uv.new_pipe(false)
    pipe:connect(address, function(err)
        if descriptor then
            uv.fs_close(descriptor)
        end
        if err then
            pipe:close()
            return done(M.error("unreachable", "No watcher answers: " .. err .. "."))
        end
        local self = setmetatable({
            pipe = pipe,
            waiting = {},
            last_id = 0,
            unread = "",
            on_event = handlers.on_event,
            on_end = function() end,
        }, Client)
        self:listen()
        self:say_hello(function(hello_err)
            if hello_err then
                self:close()
                return done(hello_err)
            end
            self.on_end = handlers.on_end
            done(nil, self)
        end)
    end)
end

---@private
---@param done fun(err?: sharedserver.Error)
function Client:say_hello(done)
    local params = { protocol = M.PROTOCOL, client = "neovim " .. uv.os_getpid() }
    self:request("hello", params, function(err, hello)
        self.hello = hello
        done(err)
    end)
end

---@private
function Client:listen()
    self.pipe:read_start(function(err, chunk)
        if err or not chunk then
            return self:finish()
        end
        self:read(chunk)
    end)
end

---@private
---@param chunk string
function Client:read(chunk)
    local last = chunk:find("\n[^\n]*$")
    if not last then
        self.unread = self.unread .. chunk
        return
    end
    local complete = self.unread .. chunk:sub(1, last)
    self.unread = chunk:sub(last + 1)
    for line in complete:gmatch("[^\n]+") do
        local message = wire.decode(line)
        if message then
            self:take(message)
        end
    end
end

---@private
---@param message table
function Client:take(message)
    if message.method then
        return self.on_event(message.method, message.params or {})
    end
    local answer = message.id and self.waiting[message.id]
    if not answer then
        return
    end
    self.waiting[message.id] = nil
    if message.error then
        answer(error_from_answer(message.error))
    else
        answer(nil, message.result or {})
    end
end

--- The parts of an environment that have to go ahead of a request, and the rest.
---@param environment string[]
---@return string[][] parts, string[] rest
local function split_environment(environment)
    local parts, current, size = {}, {}, 0
    for _, entry in ipairs(environment) do
        if size + #entry > MOST_ENVIRONMENT and #current > 0 then
            parts[#parts + 1] = current
            current, size = {}, 0
        end
        current[#current + 1] = entry
        size = size + #entry
    end
    return parts, current
end

---@private
---@param method string
---@param params table
---@param answer? sharedserver.Answer
---@return string line
function Client:line(method, params, answer)
    self.last_id = self.last_id + 1
    self.waiting[self.last_id] = answer or function() end
    if next(params) == nil then
        params = vim.empty_dict() -- an object; {} would be a list
    end
    return wire.encode({ jsonrpc = "2.0", id = self.last_id, method = method, params = params })
end

--- Asks the watcher. Requests are answered in any order, and all of them at the latest when the
--- connection ends.
---@param method string
---@param params table
---@param answer? sharedserver.Answer
function Client:request(method, params, answer)
    local lines = {}
    if params.env then
        local parts, rest = split_environment(params.env)
        for _, part in ipairs(parts) do
            lines[#lines + 1] = self:line("stage", { env = part })
        end
        params = vim.tbl_extend("force", params, { env = rest })
    end
    lines[#lines + 1] = self:line(method, params, answer)
    if self.pipe:is_closing() then
        return self:finish()
    end
    self.pipe:write(lines)
end

--- Closes the connection; `on_end` is not called.
function Client:close()
    self.on_end = function() end
    self:finish()
end

---@private
function Client:finish()
    if not self.pipe:is_closing() then
        self.pipe:close()
    end
    local waiting, on_end = self.waiting, self.on_end
    self.waiting, self.on_end = {}, function() end
    on_end()
    -- In the order of the requests, in which they may be made again.
    local ids = vim.tbl_keys(waiting)
    table.sort(ids)
    for _, id in ipairs(ids) do
        waiting[id](M.error("unreachable", "The watcher went away before it answered. Try again."))
    end
end

return M
