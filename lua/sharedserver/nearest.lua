--- The word that somebody may have meant.
local M = {}

-- More letters than that apart are two different words.
local FARTHEST = 3

--- How many letters have to be put in, taken out or exchanged to make one word of the other.
---@param a string
---@param b string
---@return integer
local function distance(a, b)
    local row = {}
    for j = 0, #b do
        row[j] = j
    end
    for i = 1, #a do
        local diagonal = row[0]
        row[0] = i
        for j = 1, #b do
            local cost = a:byte(i) == b:byte(j) and 0 or 1
            local best = math.min(row[j] + 1, row[j - 1] + 1, diagonal + cost)
            diagonal = row[j]
            row[j] = best
        end
    end
    return row[#b]
end

---@param word string
---@param known string[]
---@return string? nearest nil where none is near
function M.find(word, known)
    local nearest
    local least = math.min(FARTHEST, math.ceil(#word / 2)) + 1
    for _, candidate in ipairs(known) do
        local apart = distance(word:lower(), candidate:lower())
        if apart < least then
            nearest, least = candidate, apart
        end
    end
    return nearest
end

return M
