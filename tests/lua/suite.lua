-- The cases of a spec, and what they check with.
local M = {}

---@type { name: string, run: fun() }[]
M.cases = {}

-- Far longer than anything takes, also on a loaded machine with sanitizers.
M.PATIENCE_MS = 30000

---@param name string
---@param run fun()
function M.test(name, run)
    table.insert(M.cases, { name = name, run = run })
end

--- Runs one case and clears up after it.
---@param name string
---@return boolean passed
function M.run(name)
    local world = require("world")
    for _, case in ipairs(M.cases) do
        if case.name == name then
            local ok, err = xpcall(case.run, debug.traceback)
            if not ok then
                io.stderr:write(tostring(err), "\n")
                pcall(world.report)
            end
            local cleared, problem = xpcall(world.clear, debug.traceback)
            if not cleared then
                io.stderr:write(tostring(problem), "\n")
            end
            return ok and cleared
        end
    end
    error("no case " .. name)
end

---@param condition any
---@param what string
function M.ok(condition, what)
    if not condition then
        error(what, 2)
    end
end

---@param actual any
---@param expected any
---@param what? string
function M.eq(actual, expected, what)
    if not vim.deep_equal(actual, expected) then
        local text = "%sexpected %s, got %s"
        local prefix = what and (what .. ": ") or ""
        error(text:format(prefix, vim.inspect(expected), vim.inspect(actual)), 2)
    end
end

---@param text string
---@param pattern string
function M.matches(text, pattern)
    if type(text) ~= "string" or not text:find(pattern) then
        error(("%s does not match %s"):format(vim.inspect(text), pattern), 2)
    end
end

--- Waits until something holds.
---@param what string
---@param condition fun(): any
---@param milliseconds? integer
function M.wait(what, condition, milliseconds)
    local result
    vim.wait(milliseconds or M.PATIENCE_MS, function()
        result = condition()
        return result and true or false
    end, 10)
    if not result then
        error("waited in vain: " .. what, 2)
    end
    return result
end

return M
