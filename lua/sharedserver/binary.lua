--- Finds the `sharedserver` program.
local config = require("sharedserver.config")

local M = {}

--- The root of this plugin: three levels above this file.
---@return string
function M.plugin_root()
    local source = debug.getinfo(1, "S").source:sub(2)
    return vim.fn.fnamemodify(source, ":p:h:h:h")
end

---@param path string
---@return boolean
local function is_program(path)
    return vim.fn.executable(path) == 1
end

---@param pattern string below the plugin's build directory
---@return string? path of the newest program that matches
local function newest(pattern)
    local path, time
    local pieces = vim.fn.glob(M.plugin_root() .. "/build/" .. pattern, true, true)
    for _, candidate in ipairs(pieces) do
        local candidate_time = vim.fn.getftime(candidate)
        if is_program(candidate) and (not path or candidate_time > time) then
            path, time = candidate, candidate_time
        end
    end
    return path
end

-- Set for as long as the editor has not come back to its own work: a search through everything
-- takes a while, and several servers may ask for it in a row.
local is_surely_missing = false

---@return string? path of a build below the plugin
local function built()
    local path = newest("sharedserver") or newest("release/**/sharedserver")
    if path or is_surely_missing then
        return path
    end
    path = newest("**/sharedserver")
    if not path then
        is_surely_missing = true
        vim.schedule(function()
            is_surely_missing = false
        end)
    end
    return path
end

---@return string?
local function in_path()
    local path = vim.fn.exepath("sharedserver")
    return path ~= "" and path or nil
end

local USUAL_PLACES = {
    "~/.local/bin/sharedserver",
    "/usr/local/bin/sharedserver",
    "/opt/homebrew/bin/sharedserver",
}

---@return string?
local function in_usual_places()
    for _, place in ipairs(USUAL_PLACES) do
        local path = vim.fn.expand(place)
        if is_program(path) then
            return path
        end
    end
    return nil
end

--- What the user has named, which then is the one or none is.
---@return string? path, string? where
local function named()
    local cmd = config.options.cmd
    if cmd then
        return cmd, "the option cmd"
    end
    local variable = vim.env.SHAREDSERVER_BIN
    if variable and variable ~= "" then
        return variable, "$SHAREDSERVER_BIN"
    end
    return nil
end

--- Finds the program: the option `cmd`, $SHAREDSERVER_BIN, the plugin's own build, PATH, and the
--- usual places.
---@return string? path nil where there is none
---@return string? problem one line for people, where there is none
function M.find()
    local path, where = named()
    if path then
        if is_program(path) then
            return vim.fn.exepath(path), nil
        end
        return nil, ("'%s' (from %s) is no program that can be run."):format(path, where)
    end
    local found = built() or in_path() or in_usual_places()
    if found then
        return found, nil
    end
    return nil,
        "The program 'sharedserver' is not there. Run './dev build' in the plugin's directory, "
            .. "or name it with the option cmd."
end

return M
