--- Follows the log of a server in a buffer.
local config = require("sharedserver.config")
local defined = require("sharedserver.defined")
local logfile = require("sharedserver.logfile")
local notify = require("sharedserver.notify")
local servers = require("sharedserver.servers")
local uv = require("sharedserver.compat").uv

local M = {}

-- How much of an old log is read, and how much is kept in the buffer.
local MOST_BYTES = 256 * 1024
local MOST_LINES = 20000

---@class sharedserver.LogView
---@field buffer integer
---@field path string
---@field offset integer how far the file has been read
---@field inode? integer of the file that is being read
---@field rest string an unfinished last line
---@field watch? userdata

---@param view sharedserver.LogView
---@return integer[] windows that show the end of the log
local function windows_at_end(view)
    local last = vim.api.nvim_buf_line_count(view.buffer)
    return vim.tbl_filter(function(window)
        return vim.api.nvim_win_get_cursor(window)[1] == last
    end, vim.fn.win_findbuf(view.buffer))
end

---@param view sharedserver.LogView
---@param lines string[]
---@param replace boolean everything, not only the unfinished last line
local function put(view, lines, replace)
    local followers = windows_at_end(view)
    vim.bo[view.buffer].modifiable = true
    vim.api.nvim_buf_set_lines(view.buffer, replace and 0 or -2, -1, false, lines)
    local surplus = vim.api.nvim_buf_line_count(view.buffer) - MOST_LINES
    if surplus > 0 then
        vim.api.nvim_buf_set_lines(view.buffer, 0, surplus, false, {})
    end
    vim.bo[view.buffer].modifiable = false
    local last = vim.api.nvim_buf_line_count(view.buffer)
    for _, window in ipairs(followers) do
        vim.api.nvim_win_set_cursor(window, { last, 0 })
    end
end

--- Reads what is new, or all of it anew where another file has taken its place.
---@param view sharedserver.LogView
local function read_more(view)
    local file = uv.fs_open(view.path, "r", 0)
    if not file then
        return
    end
    local status = uv.fs_fstat(file)
    local is_new = view.inode ~= status.ino or status.size < view.offset
    if is_new then
        view.inode, view.rest = status.ino, ""
        view.offset = math.max(0, status.size - MOST_BYTES)
    end
    if is_new or status.size > view.offset then
        local from = view.offset
        local text = uv.fs_read(file, status.size - from, from) or ""
        view.offset = from + #text
        if is_new and from > 0 then
            text = text:gsub("^[^\n]*\n", "") -- it begins in the middle of a line
        end
        local lines = vim.split(view.rest .. text, "\n", { plain = true })
        view.rest = lines[#lines]
        put(view, vim.tbl_map(logfile.plain, lines), is_new)
    end
    uv.fs_close(file)
end

---@param view sharedserver.LogView
local function stop_watching(view)
    if view.watch then
        view.watch:close()
        view.watch = nil
    end
end

--- Watches the directory: the file itself may be exchanged for a new one.
---@param view sharedserver.LogView
local function start_watching(view)
    local directory = vim.fn.fnamemodify(view.path, ":h")
    local file = vim.fn.fnamemodify(view.path, ":t")
    local is_due = false
    view.watch = uv.new_fs_event()
    local started = view.watch:start(directory, {}, function(_, changed)
        if is_due or (changed and changed ~= file) then
            return
        end
        is_due = true
        vim.schedule(function()
            is_due = false
            if vim.api.nvim_buf_is_valid(view.buffer) and view.watch then
                read_more(view)
            end
        end)
    end)
    if not started then
        stop_watching(view)
    end
end

---@param name string
---@param path string
local function open_buffer(name, path)
    local title = "sharedserver://log/" .. name
    local existing = vim.fn.bufnr("^" .. title .. "$")
    if existing > 0 then
        local window = vim.fn.win_findbuf(existing)[1]
        if window then
            return vim.api.nvim_set_current_win(window)
        end
        vim.api.nvim_buf_delete(existing, { force = true })
    end
    vim.cmd("botright new")
    local buffer = vim.api.nvim_get_current_buf()
    vim.bo[buffer].buftype = "nofile"
    vim.bo[buffer].bufhidden = "wipe"
    vim.bo[buffer].swapfile = false
    vim.bo[buffer].filetype = "sharedserverlog"
    vim.bo[buffer].modifiable = false
    vim.api.nvim_buf_set_name(buffer, title)
    local view = { buffer = buffer, path = path, offset = 0, rest = "" }
    read_more(view)
    vim.api.nvim_win_set_cursor(0, { vim.api.nvim_buf_line_count(buffer), 0 })
    start_watching(view)
    vim.keymap.set("n", "q", "<Cmd>close<CR>", { buffer = buffer, nowait = true, silent = true })
    vim.api.nvim_create_autocmd("BufWipeout", {
        buffer = buffer,
        once = true,
        callback = function()
            stop_watching(view)
        end,
    })
end

---@param info table
local function open_log_of(info)
    local path = logfile.path(info)
    if uv.fs_stat(path) then
        open_buffer(info.name, path)
    else
        notify.answer(("'%s' has no log: %s is not there"):format(info.name, path))
    end
end

--- Opens a buffer that shows the log of a server as it grows.
---@param name string
function M.open(name)
    servers.info(name, function(info)
        vim.schedule(function()
            if info.log_file or config.servers[name] then
                return open_log_of(info)
            end
            -- Where servers.json has it written to may not be known yet.
            defined.refresh(function()
                vim.schedule(function()
                    open_log_of(info)
                end)
            end)
        end)
    end)
end

return M
