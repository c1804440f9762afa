-- The status window of an editor that has two servers: what it shows, and what it is to show.
local suite = require("suite")
local world = require("world")
local eq = suite.eq

local M = {}

--- What the editor is begun with.
M.INIT = [[
    require("sharedserver").setup({
        servers = {
            chroma = {
                command = "sh",
                args = { "-c", "echo first; echo second; exec sleep 1000" },
                idle_timeout = "30m",
                description = "Vectors",
            },
            redis = { command = "sleep", args = { "900" }, lazy = true },
        },
    })
]]

M.RULE = (" %s"):format(("─"):rep(66))
M.HEADER = " NAME                 STATUS       PID      REFS     UPTIME"
M.HINT = " Press q or <Esc> to close, ? for all keys"

--- An editor that has been attached to chroma for two hours and a quarter, as it believes.
---@return test.Editor
function M.editor()
    local nvim = world.editor(M.INIT)
    nvim:wait_attached("chroma")
    nvim:lua([[
        local started = require("sharedserver").status("chroma").started_at
        os.time = function() return started + 8100 end
    ]])
    return nvim
end

--- What the floating window shows, its title apart.
---@param nvim test.Editor
---@return string[] lines, string title
function M.content(nvim)
    local shown = nvim:lua([[
        for _, window in ipairs(vim.api.nvim_list_wins()) do
            local config = vim.api.nvim_win_get_config(window)
            if config.relative ~= "" then
                local buffer = vim.api.nvim_win_get_buf(window)
                local lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
                local title = config.title and config.title[1][1] or table.remove(lines, 1)
                return { lines, vim.trim(title) }
            end
        end
    ]])
    if shown == vim.NIL then
        return {}, ""
    end
    return shown[1], shown[2]
end

---@param nvim test.Editor
---@param expected string[]
function M.wait_for_content(nvim, expected)
    local lines
    local came = vim.wait(suite.PATIENCE_MS, function()
        lines = M.content(nvim)
        return vim.deep_equal(lines, expected)
    end, 20)
    if not came then
        eq(lines, expected)
    end
end

---@param text string
---@return fun(lines: string[]): boolean
function M.has(text)
    return function(lines)
        return table.concat(lines, "\n"):find(text, 1, true) ~= nil
    end
end

---@param nvim test.Editor
---@param what string
---@param condition fun(lines: string[]): boolean
function M.wait_until(nvim, what, condition)
    suite.wait(what, function()
        return condition((M.content(nvim)))
    end)
end

---@param nvim test.Editor
---@param refs integer
---@param more? string
---@return string
function M.chroma_row(nvim, refs, more)
    local row = " ● chroma             running      %-9d%-9d2h 15m"
    return row:format(nvim:status("chroma").pid, refs) .. (more or "")
end

M.REDIS_ROW = " ○ redis              stopped      -        -        -       [lazy]"

return M
