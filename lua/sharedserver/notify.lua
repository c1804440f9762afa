--- What the user is told. Callable in libuv's context as well.
local config = require("sharedserver.config")

local M = {}

local shown = {}

---@param message string
---@param level integer
local function show(message, level)
    local function now()
        vim.notify("sharedserver: " .. message, level, { title = "sharedserver" })
    end
    if vim.in_fast_event() then
        vim.schedule(now)
    else
        now()
    end
end

--- Tells of an event, if the user wants to hear of its kind.
---@param kind "on_start"|"on_attach"|"on_stop"
---@param message string
function M.event(kind, message)
    if config.options.notify[kind] then
        show(message, vim.log.levels.INFO)
    end
end

--- Tells of what goes on, but not as the user may expect.
---@param message string
function M.warn(message)
    if config.options.notify.on_error then
        show(message, vim.log.levels.WARN)
    end
end

--- Tells of what went wrong.
---@param message string
function M.error(message)
    if config.options.notify.on_error then
        show(message, vim.log.levels.ERROR)
    end
end

--- Calls `callback` as soon as Neovim is up. A message of several lines makes it wait for a key,
--- which would keep one that is still starting from using the servers.
---@param callback function
local function when_up(callback)
    if vim.v.vim_did_enter == 1 then
        vim.schedule(callback)
        return
    end
    vim.api.nvim_create_autocmd("VimEnter", {
        once = true,
        callback = function()
            vim.schedule(callback)
        end,
    })
end

--- Tells of mistakes in the configuration: of each one once, however often it is read.
---@param problems sharedserver.Problem[]
function M.problems(problems)
    for _, problem in ipairs(problems) do
        local message = config.describe(problem)
        if not shown[message] then
            shown[message] = true
            when_up(function()
                if problem.is_fatal then
                    M.error(message)
                else
                    M.warn(message)
                end
            end)
        end
    end
end

--- What the user asked for directly is answered, whatever `notify` says.
---@param message string
---@param level? integer
function M.answer(message, level)
    show(message, level or vim.log.levels.INFO)
end

return M
