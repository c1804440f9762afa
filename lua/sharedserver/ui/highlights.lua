--- The highlight groups, linked to ones that every colour scheme has. Users may define their own.
local M = {}

---@type table<string, string>
M.LINKS = {
    SharedServerTitle = "Title",
    SharedServerHeader = "Title",
    SharedServerRule = "NonText",
    SharedServerName = "Identifier",
    SharedServerRunning = "String",
    SharedServerGrace = "WarningMsg",
    SharedServerStopped = "Comment",
    SharedServerProblem = "ErrorMsg",
    SharedServerFlag = "Special",
    SharedServerLabel = "Comment",
    SharedServerKey = "Statement",
    SharedServerLog = "Comment",
}

--- Defines them, wherever the user or the colour scheme has not.
function M.define()
    for group, link in pairs(M.LINKS) do
        vim.api.nvim_set_hl(0, group, { link = link, default = true })
    end
end

return M
