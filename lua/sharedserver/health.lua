--- `:checkhealth sharedserver`
local binary = require("sharedserver.binary")
local client = require("sharedserver.client")
local compat = require("sharedserver.compat")
local config = require("sharedserver.config")
local launch = require("sharedserver.launch")
local link = require("sharedserver.link")
local lockdir = require("sharedserver.lockdir")
local lockfiles = require("sharedserver.lockfiles")
local servers = require("sharedserver.servers")
local session = require("sharedserver.session")

local M = {}

--- What a watcher that does not hang answers within, many times over. Tests may have more.
M.PATIENCE_MS = 2000

---@param health sharedserver.HealthReporter
---@return string? version
local function check_program(health)
    health.start("sharedserver: program")
    local path, problem = binary.find()
    if not path then
        health.error(assert(problem), {
            "Run `./dev build` in " .. binary.plugin_root(),
            "Or set the option `cmd`, or $SHAREDSERVER_BIN",
        })
        return nil
    end
    local output = vim.fn.system({ path, "--version" })
    local version = output:match("%d+%.%d+%S*")
    if vim.v.shell_error ~= 0 or not version then
        health.error(("%s does not tell its version: %s"):format(path, vim.trim(output)))
        return nil
    end
    vim.fn.system({ path, "watch", "--help" })
    if vim.v.shell_error ~= 0 then
        health.error(
            ("%s %s is not the program that belongs to this plugin"):format(path, version),
            {
                "Run `./dev build` in " .. binary.plugin_root(),
            }
        )
        return nil
    end
    health.ok(("%s, version %s"):format(path, version))
    return version
end

---@param health sharedserver.HealthReporter
local function check_directory(health)
    health.start("sharedserver: lock directory")
    local directory, is_explicit = lockdir.locate()
    local origin = is_explicit and " (from $SHAREDSERVER_LOCKDIR)" or ""
    local verdict, reason = lockdir.check(directory)
    if verdict == "unsafe" then
        health.error(("%s%s %s"):format(directory, origin, reason), {
            "Remove it, run `chmod 700` on it, or set $SHAREDSERVER_LOCKDIR to another one",
        })
    elseif verdict == "missing" then
        health.ok(
            ("%s%s is not there yet; it is made when a server is used"):format(directory, origin)
        )
    else
        health.ok(("%s%s is safe"):format(directory, origin))
    end
    if directory ~= link.directory() then
        local text = "This Neovim uses %s until it has detached from its servers"
        health.warn(text:format(link.directory()))
    end
end

--- Asks the watcher for all servers.
---@return sharedserver.Error? err, table[] infos
local function ask_watcher()
    local answer
    servers.infos(function(infos, err)
        answer = { err = err, infos = infos }
    end)
    vim.wait(M.PATIENCE_MS, function()
        return answer ~= nil
    end, 10)
    if not answer then
        return client.error("timeout", "The watcher does not answer."), lockfiles.list()
    end
    return answer.err, answer.infos
end

---@param health sharedserver.HealthReporter
---@param version? string of the program
---@return table[] infos
local function check_watcher(health, version)
    health.start("sharedserver: watcher")
    local err, infos = ask_watcher()
    local hello = link.hello()
    if err and err.kind == "unreachable" then
        health.ok("None runs; one is started when a server is used")
    elseif err or not hello then
        health.error(err and err.message or "The watcher went away.", {
            "If it hangs, end it: its servers live on",
        })
    else
        local kind = hello.kind == "tray" and "the tray program" or "a headless watcher"
        local text = "%s answers (PID %d, version %s, protocol %d)"
        health.ok(
            text:format(kind:gsub("^%l", string.upper), hello.pid, hello.version, hello.protocol)
        )
        if version and version ~= hello.version then
            health.warn(("The program's version is %s"):format(version), {
                "Run `sharedserver watch --take-over` to have the program's version take over",
            })
        end
    end
    return infos
end

--- Why a command cannot be run, as far as that can be told beforehand.
---@param definition sharedserver.Definition
---@return string?
local function command_problem(definition)
    local argv = definition.command
    if not argv or definition.env.PATH then
        return nil
    end
    local is_shell_line = #argv == 1 and argv[1]:find("%s") ~= nil
    local is_relative = argv[1]:find("/") and argv[1]:sub(1, 1) ~= "/"
    if is_shell_line or is_relative or vim.fn.executable(argv[1]) == 1 then
        return nil
    end
    return ("command '%s' is not executable"):format(argv[1])
end

---@param definition sharedserver.Definition
---@return string?
local function directory_problem(definition)
    local directory = definition.working_dir
    if not directory or vim.fn.isdirectory(directory) == 1 then
        return nil
    end
    return ("working_dir '%s' is no directory"):format(directory)
end

---@param info? table
---@param definition sharedserver.Definition
---@return string
local function state_text(info, definition)
    if not info or not info.pid then
        return definition.lazy and "stopped (lazy)" or "stopped"
    end
    local used = session.uses(info) and "attached" or "not attached"
    local text = "%s (PID %d, refcount %d), %s"
    return text:format(info.state, info.pid, info.refcount or 0, used)
end

---@param health sharedserver.HealthReporter
---@param infos table[]
local function check_servers(health, infos)
    health.start("sharedserver: servers")
    local by_name = {}
    for _, info in ipairs(infos) do
        by_name[info.name] = info
    end
    for _, name in ipairs(config.names()) do
        local definition, info = config.servers[name], by_name[name]
        local problem = command_problem(definition) or directory_problem(definition)
        if problem then
            health.error(("%s: %s"):format(name, problem))
        elseif info and info.problem then
            health.warn(
                ("%s: %s"):format(name, info.problem),
                { "Run `sharedserver admin doctor`" }
            )
        elseif info and info.pid and launch.differs(definition, info) then
            health.warn(
                ("%s: %s, but by another command than configured"):format(
                    name,
                    state_text(info, definition)
                ),
                {
                    (":ServerRestart %s starts it anew"):format(name),
                }
            )
        else
            health.ok(("%s: %s"):format(name, state_text(info, definition)))
        end
    end
    if #config.names() == 0 then
        health.info("None is configured. See :help sharedserver-setup")
    end
end

---@param health sharedserver.HealthReporter
local function check_configuration(health)
    health.start("sharedserver: configuration")
    local subjects = vim.tbl_keys(config.problems)
    table.sort(subjects)
    local is_good = true
    for _, subject in ipairs(subjects) do
        for _, problem in ipairs(config.problems[subject]) do
            is_good = false
            local report = problem.is_fatal and health.error or health.warn
            report(config.describe(problem))
        end
    end
    if is_good then
        health.ok("No mistakes found")
    end
end

--- Looks at everything that servers need, and reports it.
function M.check()
    local health = compat.health()
    local version = check_program(health)
    check_directory(health)
    local infos = check_watcher(health, version)
    check_configuration(health)
    check_servers(health, infos)
end

return M
