--- The status window: shows one of its views, and keeps it up to date while it is open.
local commands = require("sharedserver.commands")
local defined = require("sharedserver.defined")
local detail = require("sharedserver.ui.detail")
local float = require("sharedserver.ui.float")
local keys = require("sharedserver.ui.keys")
local lockfiles = require("sharedserver.lockfiles")
local servers = require("sharedserver.servers")
local session = require("sharedserver.session")
local table_view = require("sharedserver.ui.table")
local uv = require("sharedserver.compat").uv

local M = {}

-- Uptimes and remaining times count seconds.
local REFRESH_MS = 1000

---@class sharedserver.StatusWindow
---@field float sharedserver.Float
---@field view "all"|"details"|"help"
---@field name? string the server of the details, of now or before
---@field view_before_help? "all"|"details"
---@field paper sharedserver.Canvas what is shown
---@field drawing integer the latest refresh; older ones that come in late are not drawn
---@field is_refreshing boolean
---@field is_switching boolean another view is to be shown
---@field is_stale boolean something has changed since the refresh under way began
---@field timer userdata
---@field cancel fun()

---@type sharedserver.StatusWindow?
local window

--- Fetches what the current view shows. Calls back in libuv's context or the editor's.
---@param view "all"|"details"|"help"
---@param name? string
---@param done fun(render: fun(): sharedserver.Canvas)
local function fetch(view, name, done)
    if view == "help" then
        return done(keys.render)
    end
    if view == "all" then
        return servers.infos(function(infos)
            done(function()
                return table_view.render(infos)
            end)
        end)
    end
    servers.info(name, function(info)
        done(function()
            return detail.render(info)
        end)
    end)
end

local refresh

---@param drawing integer
---@param render fun(): sharedserver.Canvas
local function draw(drawing, render)
    if not window or drawing ~= window.drawing then
        return
    end
    window.is_refreshing = false
    if vim.fn.getcmdwintype() ~= "" then
        return -- the command-line window lets no other one be changed
    end
    if not window.float:is_open() then
        return M.close()
    end
    local name = window.view == "all" and M.server_under_cursor() or nil
    window.paper = render()
    window.float:show(window.paper, name)
    if window.is_switching then
        window.is_switching = false
        local line = window.view == "all" and window.name and window.paper:line_of(window.name)
        vim.api.nvim_win_set_cursor(window.float.window, line and { line, 0 } or { 1, 0 })
    end
    if window.is_stale then
        refresh()
    end
end

function refresh()
    if not window then
        return
    end
    if window.is_refreshing then
        window.is_stale = true
        return
    end
    window.is_refreshing, window.is_stale = true, false
    window.drawing = window.drawing + 1
    local drawing = window.drawing
    fetch(window.view, window.name, function(render)
        vim.schedule(function()
            draw(drawing, render)
        end)
    end)
end

---@param view "all"|"details"|"help"
---@param name? string
local function switch(view, name)
    window.view = view
    window.name = name or window.name
    window.is_refreshing = false -- what is under way is for the old view
    window.is_switching = true
    refresh()
end

--- The server that a key is about.
---@return string?
function M.server_under_cursor()
    if not window or window.view == "help" then
        return nil
    end
    if window.view == "details" then
        return window.name
    end
    local line = vim.api.nvim_win_get_cursor(window.float.window)[1]
    return window.paper.names[line]
end

--- Closes the window, and lets go of what kept it up to date. Does no harm where none is open.
function M.close()
    if not window then
        return
    end
    local closing = window
    window = nil
    closing.cancel()
    closing.timer:stop()
    closing.timer:close()
    closing.float:close()
end

--- Does something with the server under the cursor.
---@param act fun(name: string)
---@return fun()
local function on_server(act)
    return function()
        local name = M.server_under_cursor()
        if name then
            act(name)
        end
    end
end

--- Stops a server; where others use it, only if the user means that, too.
---@param name string
local function stop(name)
    servers.info(name, function(info)
        vim.schedule(function()
            local others = session.others(info)
            if others > 0 then
                local question = ("%s has %d other client%s. Stop it for all?"):format(
                    name,
                    others,
                    others == 1 and "" or "s"
                )
                if vim.fn.confirm(question, "&Yes\n&No", 2) ~= 1 then
                    return
                end
            end
            commands.stop(name, { all = others > 0 })
        end)
    end)
end

local actions = {
    close = M.close,
    details = on_server(function(name)
        switch("details", name)
    end),
    all = function()
        switch("all")
    end,
    start = on_server(commands.start),
    stop = on_server(stop),
    restart = on_server(commands.restart),
    menu = on_server(function(name)
        require("sharedserver.ui.menu").open(name)
    end),
    log = on_server(function(name)
        M.close()
        require("sharedserver.ui.log").open(name)
    end),
    help = function()
        if window.view ~= "help" then
            window.view_before_help = window.view
            switch("help")
        else
            switch(window.view_before_help)
        end
    end,
}

---@param paper sharedserver.Canvas
---@param view "all"|"details"
---@param name? string
local function create(paper, view, name)
    window = {
        float = float.open(paper),
        view = view,
        name = name,
        paper = paper,
        drawing = 0,
        is_refreshing = false,
        is_switching = false,
        is_stale = false,
        timer = uv.new_timer(),
        cancel = session.observe(function()
            vim.schedule(refresh)
        end),
    }
    keys.set(window.float.buffer, actions)
    vim.api.nvim_create_autocmd("BufWipeout", {
        buffer = window.float.buffer,
        once = true,
        callback = M.close,
    })
    window.timer:start(REFRESH_MS, REFRESH_MS, vim.schedule_wrap(refresh))
end

--- Opens the window, or shows the other view in the one that is open.
---@param name? string one server; all where left out
function M.open(name)
    defined.refresh(function()
        vim.schedule(refresh)
    end)
    local view = name and "details" or "all"
    if window and window.float:is_open() then
        window.float:focus()
        window.name = name
        return switch(view, name)
    end
    M.close()
    -- What the files say is there at once; the watcher's word follows.
    local paper = name and detail.render(lockfiles.info(name))
        or table_view.render(lockfiles.list())
    create(paper, view, name)
    if view == "all" then
        vim.api.nvim_win_set_cursor(window.float.window, M.first_row(paper))
    end
    refresh()
end

--- The position of the first server, for the cursor.
---@param paper sharedserver.Canvas
---@return integer[]
function M.first_row(paper)
    for line = 1, #paper.lines do
        if paper.names[line] then
            return { line, 0 }
        end
    end
    return { 1, 0 }
end

return M
