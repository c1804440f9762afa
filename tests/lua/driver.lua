-- Runs in the driving Neovim: lists the cases of a spec, or runs one of them. Its exit code is the
-- verdict, whatever goes wrong (an uncaught error alone would exit with 0).
local here = vim.fn.fnamemodify(debug.getinfo(1, "S").source:sub(2), ":p:h")
package.path = here .. "/?.lua;" .. vim.env.TEST_ROOT .. "/lua/?.lua;" .. package.path
package.path = vim.env.TEST_ROOT .. "/lua/?/init.lua;" .. package.path

local function main()
    local suite = require("suite")
    dofile(vim.env.TEST_SPEC)
    local what, name = vim.fn.argv(0), vim.fn.argv(1)
    if what == "list" then
        for _, case in ipairs(suite.cases) do
            io.stdout:write(case.name, "\n")
        end
        return true
    end
    return suite.run(name)
end

local ok, result = xpcall(main, debug.traceback)
if not ok then
    io.stderr:write(tostring(result), "\n")
end
if ok and result then
    vim.cmd("qall!")
else
    vim.cmd("cquit 1")
end
