--- A floating window in the middle of the screen that is as large as what it shows.
local compat = require("sharedserver.compat")

local M = {}

local TITLE = "Shared Servers"
-- Left free around it, its border included.
local MARGIN = 4

---@class sharedserver.Float
---@field buffer integer
---@field window integer
---@field private has_size string
local Float = {}
Float.__index = Float

---@param paper sharedserver.Canvas
---@return table options of the window
local function layout(paper)
    local rows = vim.o.lines - vim.o.cmdheight
    local width = math.max(#TITLE + 4, paper:width() + 1)
    width = math.max(1, math.min(width, vim.o.columns - MARGIN))
    local height = math.max(1, math.min(#paper.lines, rows - MARGIN))
    return {
        relative = "editor",
        width = width,
        height = height,
        row = math.max(0, math.floor((rows - height) / 2) - 1),
        col = math.max(0, math.floor((vim.o.columns - width) / 2) - 1),
    }
end

--- Where a border can bear no title, the first line of the text is it.
---@param paper sharedserver.Canvas
local function add_title_line(paper)
    if compat.has_window_title then
        return
    end
    local width = math.min(paper:width() + 1, vim.o.columns - MARGIN)
    local indent = math.max(0, math.floor((width - #TITLE) / 2))
    table.insert(paper.lines, 1, (" "):rep(indent) .. TITLE)
    for _, mark in ipairs(paper.marks) do
        mark.line = mark.line + 1
    end
    table.insert(paper.marks, {
        line = 0,
        from = indent,
        to = indent + #TITLE,
        group = "SharedServerTitle",
    })
    local names = {}
    for line, name in pairs(paper.names) do
        names[line + 1] = name
    end
    paper.names = names
end

--- Opens a window that shows it, and enters it.
---@param paper sharedserver.Canvas
---@return sharedserver.Float
function M.open(paper)
    add_title_line(paper)
    local self = setmetatable({}, Float)
    self.buffer = vim.api.nvim_create_buf(false, true)
    vim.bo[self.buffer].bufhidden = "wipe"
    vim.bo[self.buffer].filetype = "sharedserver"
    paper:draw(self.buffer)
    local options = layout(paper)
    self.has_size = vim.inspect(options)
    options.style = "minimal"
    options.border = "rounded"
    options = compat.with_window_title(options, TITLE)
    self.window = vim.api.nvim_open_win(self.buffer, true, options)
    vim.wo[self.window].wrap = false
    vim.wo[self.window].cursorline = true
    return self
end

--- Whether nobody has closed it, in whatever way.
---@return boolean
function Float:is_open()
    return vim.api.nvim_win_is_valid(self.window) and vim.api.nvim_buf_is_valid(self.buffer)
end

--- Enters it.
function Float:focus()
    vim.api.nvim_set_current_win(self.window)
end

--- Shows something else; the cursor stays on the server it was on.
---@param paper sharedserver.Canvas
---@param name? string the server to put the cursor on
function Float:show(paper, name)
    add_title_line(paper)
    local cursor = vim.api.nvim_win_get_cursor(self.window)
    paper:draw(self.buffer)
    local options = layout(paper)
    if vim.inspect(options) ~= self.has_size then
        self.has_size = vim.inspect(options)
        vim.api.nvim_win_set_config(self.window, options)
    end
    local line = name and paper:line_of(name) or cursor[1]
    local last = #paper.lines
    vim.api.nvim_win_set_cursor(self.window, { math.min(line, last), cursor[2] })
end

--- Closes it, where nobody has yet.
function Float:close()
    if vim.api.nvim_win_is_valid(self.window) then
        vim.api.nvim_win_close(self.window, true)
    end
end

return M
