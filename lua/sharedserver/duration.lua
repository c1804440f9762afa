--- Durations as users write them: "30s", "5m", "2h30m".
local M = {}

local UNITS = { ms = 0.001, s = 1, m = 60, h = 60 * 60, d = 24 * 60 * 60 }
-- A century: longer than anybody means.
local LONGEST = 100 * 366 * 24 * 60 * 60

--- Reads a duration by the rules of the watcher, which would refuse the others.
---@param text string
---@return number? seconds nil where it is none
function M.parse(text)
    local rest = text:lower():gsub(" ", "")
    local total = 0
    while rest ~= "" do
        local number, unit, tail = rest:match("^(%d+)(%a+)(.*)$")
        if not number or not UNITS[unit] then
            return nil
        end
        total = total + tonumber(number) * UNITS[unit]
        rest = tail
    end
    return total > 0 and total <= LONGEST and total or nil
end

--- The two greatest units of a time: "2h 15m".
---@param seconds number
---@return string
function M.format(seconds)
    seconds = math.max(0, math.floor(seconds))
    local parts = {
        { math.floor(seconds / 86400), "d" },
        { math.floor(seconds / 3600) % 24, "h" },
        { math.floor(seconds / 60) % 60, "m" },
        { seconds % 60, "s" },
    }
    for i, part in ipairs(parts) do
        if part[1] > 0 then
            local following = parts[i + 1]
            local text = part[1] .. part[2]
            return following and ("%s %d%s"):format(text, following[1], following[2]) or text
        end
    end
    return "0s"
end

return M
