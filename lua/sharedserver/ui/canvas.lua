--- Lines of text with highlights, built piece by piece, and put into a buffer in one go.
local M = {}

local namespace = vim.api.nvim_create_namespace("sharedserver")

---@class sharedserver.Canvas
---@field lines string[]
---@field marks { line: integer, from: integer, to: integer, group: string }[] counted from 0
---@field names table<integer, string> which server a line (from 1) is about
local Canvas = {}
Canvas.__index = Canvas

--- An empty canvas.
---@return sharedserver.Canvas
function M.new()
    return setmetatable({ lines = {}, marks = {}, names = {} }, Canvas)
end

--- Adds a line. Each piece is a text or { text, highlight group }.
---@param pieces (string|{ [1]: string, [2]: string })[]
---@param name? string of the server that the line is about
function Canvas:add(pieces, name)
    local line = " "
    for _, piece in ipairs(pieces) do
        local text, group = piece, nil
        if type(piece) == "table" then
            text, group = piece[1], piece[2]
        end
        -- A line break would be one more line than this is.
        text = text:gsub("[\r\n%z]", " ")
        if group and text ~= "" then
            table.insert(self.marks, {
                line = #self.lines,
                from = #line,
                to = #line + #text,
                group = group,
            })
        end
        line = line .. text
    end
    self.lines[#self.lines + 1] = (line:gsub("%s+$", ""))
    self.names[#self.lines] = name
end

--- Adds an empty line.
function Canvas:blank()
    self:add({})
end

--- Adds a horizontal line.
---@param width integer
function Canvas:rule(width)
    self:add({ { ("─"):rep(width), "SharedServerRule" } })
end

---@return integer columns that the longest line takes
function Canvas:width()
    local width = 0
    for _, line in ipairs(self.lines) do
        width = math.max(width, vim.fn.strdisplaywidth(line))
    end
    return width
end

---@param name string
---@return integer? line (from 1) that is about that server
function Canvas:line_of(name)
    for line, of in pairs(self.names) do
        if of == name then
            return line
        end
    end
    return nil
end

--- Makes this the content of a buffer.
---@param buffer integer
function Canvas:draw(buffer)
    vim.bo[buffer].modifiable = true
    vim.api.nvim_buf_set_lines(buffer, 0, -1, false, self.lines)
    vim.bo[buffer].modifiable = false
    vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
    for _, mark in ipairs(self.marks) do
        local length = #self.lines[mark.line + 1]
        vim.api.nvim_buf_set_extmark(buffer, namespace, mark.line, math.min(mark.from, length), {
            end_col = math.min(mark.to, length),
            hl_group = mark.group,
        })
    end
end

--- A text in a column of that width, at least one space behind it.
---@param text string
---@param width integer
---@return string
function M.pad(text, width)
    return text .. (" "):rep(math.max(1, width - vim.fn.strdisplaywidth(text)))
end

return M
