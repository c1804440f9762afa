--- All servers that there is something to say of.
local config = require("sharedserver.config")
local defined = require("sharedserver.defined")

local M = {}

--- The infos of what runs, and of what is registered or defined besides, by name.
---@param running table[]
---@return table[]
function M.all(running)
    local by_name = {}
    for _, info in ipairs(running) do
        by_name[info.name] = info
    end
    for _, name in ipairs(config.names()) do
        by_name[name] = by_name[name] or { name = name, state = "stopped" }
    end
    for name, entry in pairs(defined.known()) do
        by_name[name] = by_name[name] or { name = name, state = "stopped", problem = entry.problem }
    end
    local infos = vim.tbl_values(by_name)
    table.sort(infos, function(a, b)
        return a.name < b.name
    end)
    return infos
end

return M
