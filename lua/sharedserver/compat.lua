--- What differs between the versions of Neovim, and nothing else: every feature check is here.
local M = {}

--- libuv under the name of this version.
M.uv = vim.uv or vim.loop

--- Whether a floating window can bear a title on its border.
M.has_window_title = vim.fn.has("nvim-0.9") == 1

--- Whether a list: consecutive indices from 1.
---@type fun(value: any): boolean
M.is_list = vim.islist or vim.tbl_islist

---@class sharedserver.HealthReporter
---@field start fun(title: string)
---@field ok fun(text: string)
---@field info fun(text: string)
---@field warn fun(text: string, advice?: string[])
---@field error fun(text: string, advice?: string[])

--- The functions to report to |:checkhealth| with.
---@return sharedserver.HealthReporter
function M.health()
    local health = vim.health or require("health")
    return {
        start = health.start or health.report_start,
        ok = health.ok or health.report_ok,
        info = health.info or health.report_info,
        warn = health.warn or health.report_warn,
        error = health.error or health.report_error,
    }
end

--- Adds a title to the options of a floating window, where it can have one.
---@param options table
---@param title string
---@return table options
function M.with_window_title(options, title)
    if M.has_window_title then
        options.title = (" %s "):format(title)
        options.title_pos = "center"
    end
    return options
end

return M
