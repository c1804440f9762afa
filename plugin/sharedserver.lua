-- Loaded once, however often it is sourced. The rest is loaded by what the configuration calls.
if vim.g.loaded_sharedserver then
    return
end
vim.g.loaded_sharedserver = 1

local group = vim.api.nvim_create_augroup("sharedserver_highlights", { clear = true })
vim.api.nvim_create_autocmd("ColorScheme", {
    group = group,
    desc = "Define the highlight groups of the shared servers' window anew",
    callback = function()
        require("sharedserver.ui.highlights").define()
    end,
})
require("sharedserver.ui.highlights").define()
