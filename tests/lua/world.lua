-- The world of one case: the program, editors to be tested, and what the lock directory says.
local suite = require("suite")
local uv = vim.loop

local M = {}

M.root = vim.env.TEST_ROOT
M.path = vim.env.SHAREDSERVER_TEST_WORLD
M.locks = vim.env.SHAREDSERVER_LOCKDIR
M.program = vim.env.SHAREDSERVER_BIN

--- Begins the configuration of an editor for which no time passes: what it tells can hang on how
--- long ago something was, and on a busy machine that is anything.
M.STANDING_CLOCK = [[
    local standing = vim.loop.now()
    vim.loop.now = function() return standing end
]]

local editors = {}

--- Runs the program and returns what it says.
---@param arguments string[]
---@return string output, integer exit_code
function M.cli(arguments)
    local command = vim.list_extend({ M.program }, arguments)
    local output = vim.fn.system(command)
    return output, vim.v.shell_error
end

--- What the program says about a server.
---@param name string
---@return table
function M.info(name)
    return vim.fn.json_decode((M.cli({ "info", name, "--json" })))
end

---@param name string
---@param content string
---@return string path
function M.write(name, content)
    local path = M.path .. "/" .. name
    vim.fn.mkdir(vim.fn.fnamemodify(path, ":h"), "p")
    local file = assert(io.open(path, "w"))
    file:write(content)
    file:close()
    return path
end

---@param path string
---@return string? content
function M.read(path)
    local file = io.open(path, "r")
    local content = file and file:read("*a")
    if file then
        file:close()
    end
    return content
end

---@param pid integer
---@return boolean
function M.is_alive(pid)
    return require("sharedserver.process").is_alive(pid)
end

--- The process that owns the lock directory.
---@return integer? pid
function M.watcher_pid()
    local answer
    local client = require("sharedserver.client")
    local handlers = { on_event = function() end, on_end = function() end }
    client.connect(M.locks, handlers, function(err, connection)
        answer = err and { false } or { connection.hello.pid }
        if connection then
            connection:close()
        end
    end)
    suite.wait("an answer from the watcher", function()
        return answer
    end)
    return answer[1] or nil
end

--- Listens where a watcher would, in this process.
---@param serve fun(client: userdata) gets each connection
---@return userdata server to be closed
function M.impostor(serve)
    vim.fn.mkdir(M.locks, "p", 448)
    local server = uv.new_pipe(false)
    server:bind(M.locks .. "/control.sock")
    server:listen(8, function()
        local client = uv.new_pipe(false)
        server:accept(client)
        serve(client)
    end)
    return server
end

---@param pid integer
---@param signal string
function M.kill(pid, signal)
    assert(uv.kill(pid, signal) == 0, "cannot signal " .. pid)
end

---@param pid integer
function M.wait_for_end(pid)
    suite.wait(("the end of process %d"):format(pid), function()
        return not M.is_alive(pid)
    end)
end

--- Ends a watcher, which may have left by itself meanwhile.
---@param pid integer
function M.end_watcher(pid)
    local result, problem, kind = uv.kill(pid, "sigterm")
    assert(result == 0 or kind == "ESRCH", problem)
    M.wait_for_end(pid)
end

---@class test.Editor a Neovim that is tested
---@field channel integer
---@field pid integer
local Editor = {}
Editor.__index = Editor

-- Records what the user would see, and lets nothing prompt.
local PREPARE = [[
_G.notes = {}
vim.notify = function(message, level)
    table.insert(_G.notes, { message = message, level = level or vim.log.levels.INFO })
end
vim.o.more = false
vim.opt.runtimepath:append(%q)
]]

---@class test.EditorOptions
---@field env? table<string, string>
---@field cwd? string
---@field arguments? string[]

--- Starts a Neovim whose configuration is `init`.
---@param init string Lua
---@param options? test.EditorOptions
---@return test.Editor
function M.launch_editor(init, options)
    options = options or {}
    local number = #editors + 1
    local config = M.write(("editor%d/init.lua"):format(number), PREPARE:format(M.root) .. init)
    local command =
        { vim.env.TEST_EDITOR, "--embed", "--headless", "-n", "-i", "NONE", "-u", config }
    vim.list_extend(command, options.arguments or {})
    local self = setmetatable({}, Editor)
    self.exited = false
    self.channel = vim.fn.jobstart(command, {
        rpc = true,
        env = options.env,
        cwd = options.cwd,
        on_exit = function(_, code)
            self.exited, self.exit_code = true, code
        end,
        on_stderr = function(_, lines)
            io.stderr:write(table.concat(lines, "\n"))
        end,
    })
    assert(self.channel > 0, "cannot start an editor")
    self.pid = vim.fn.jobpid(self.channel)
    table.insert(editors, self)
    return self
end

--- The same, and waits until it has started.
---@param init string Lua
---@param options? test.EditorOptions
---@return test.Editor
function M.editor(init, options)
    local self = M.launch_editor(init, options)
    self:wait("its start", "return vim.v.vim_did_enter == 1")
    return self
end

--- Runs Lua in the editor.
---@param code string
---@param ... any what it gets as `...`
---@return any
function Editor:lua(code, ...)
    return vim.fn.rpcrequest(self.channel, "nvim_exec_lua", code, { ... })
end

---@param what string
---@param code string Lua that returns a true value in the end
---@param ... any
---@return any
function Editor:wait(what, code, ...)
    local arguments = { ... }
    return suite.wait(what, function()
        local result = self:lua(code, unpack(arguments))
        return result ~= vim.NIL and result
    end)
end

---@param name string
---@return table
function Editor:status(name)
    return self:lua("return require('sharedserver').status(...)", name)
end

--- Waits until the editor is attached, and knows it.
---@param name string
function Editor:wait_attached(name)
    local code = "return require('sharedserver.session').is_attached(...)"
    self:wait(name .. " is attached", code, name)
    suite.ok(self:status(name).attached, name .. " knows nothing of it")
end

--- The texts of all notifications so far.
---@return string[]
function Editor:notes()
    return self:lua("return vim.tbl_map(function(note) return note.message end, _G.notes)")
end

--- Waits for a notification.
---@param pattern string
---@return { message: string, level: integer }
function Editor:wait_note(pattern)
    local code = [[
        for _, note in ipairs(_G.notes) do
            if note.message:find(...) then
                return note
            end
        end
    ]]
    return self:wait("a notification like " .. pattern, code, pattern)
end

--- Waits until all is done that is under way: what is asked of the watcher now is answered after
--- what was asked before, and what is scheduled then is called after what was scheduled before.
function Editor:settle()
    self:lua([[
        _G.is_settled = false
        require("sharedserver.servers").infos(function()
            vim.schedule(function()
                _G.is_settled = true
            end)
        end)
    ]])
    self:wait("what is under way", "return _G.is_settled")
end

--- Types keys.
---@param keys string
function Editor:type(keys)
    vim.fn.rpcrequest(self.channel, "nvim_input", keys)
end

function Editor:wait_exit()
    suite.wait("the editor's exit", function()
        return self.exited
    end)
end

function Editor:quit()
    vim.fn.rpcnotify(self.channel, "nvim_command", "qall!")
    self:wait_exit()
end

--- Kills it, as the kernel does when memory runs out.
function Editor:crash()
    M.kill(self.pid, "sigkill")
    self:wait_exit()
end

--- For a case that has failed.
function M.report()
    for i, editor in ipairs(editors) do
        if not editor.exited then
            io.stderr:write(("editor %d: %s\n"):format(i, vim.inspect(editor:notes())))
        end
    end
    io.stderr:write(M.cli({ "list" }), "\n")
end

--- Ends all that the case has started.
function M.clear()
    for _, editor in ipairs(editors) do
        if not editor.exited then
            uv.kill(editor.pid, "sigcont")
            uv.kill(editor.pid, "sigkill")
            editor:wait_exit()
        end
    end
    local directory = uv.fs_scandir(M.locks)
    while directory do
        local file = uv.fs_scandir_next(directory)
        local name = file and file:match("^(.+)%.server%.json$")
        if name then
            M.cli({ "admin", "kill", name })
        end
        if not file then
            break
        end
    end
    local watcher = M.watcher_pid()
    if watcher then
        M.end_watcher(watcher)
    end
end

return M
