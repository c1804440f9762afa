--- One line of the control protocol: a JSON object in UTF-8, ended by a newline.
---
--- Paths and environments of Unix are bytes. A byte that is not valid UTF-8 travels as a lone
--- surrogate (0x80 as \udc80), which no JSON library lets through: so it is put in and taken out
--- of the text around it. Everything here is safe to call in callbacks of libuv.
local M = {}

-- The lengths of valid UTF-8 sequences, by RFC 3629: no overlong ones, no surrogates.
local SEQUENCES = {
    { 2, "^[\194-\223][\128-\191]" },
    { 3, "^\224[\160-\191][\128-\191]" },
    { 3, "^[\225-\236\238\239][\128-\191][\128-\191]" },
    { 3, "^\237[\128-\159][\128-\191]" },
    { 4, "^\240[\144-\191][\128-\191][\128-\191]" },
    { 4, "^[\241-\243][\128-\191][\128-\191][\128-\191]" },
    { 4, "^\244[\128-\143][\128-\191][\128-\191]" },
}

---@param text string
---@param at integer
---@return integer length of the valid sequence that begins there; 0 where none does
local function sequence_length(text, at)
    for _, sequence in ipairs(SEQUENCES) do
        if text:find(sequence[2], at) then
            return sequence[1]
        end
    end
    return 0
end

--- Replaces every byte that is not part of valid UTF-8.
---@param text string
---@param replace fun(byte: integer): string
---@return string
function M.replace_invalid(text, replace)
    local at = text:find("[\128-\255]")
    if not at then
        return text
    end
    local parts, from = {}, 1
    while at do
        local length = sequence_length(text, at)
        if length == 0 then
            parts[#parts + 1] = text:sub(from, at - 1)
            parts[#parts + 1] = replace(text:byte(at))
            from = at + 1
            length = 1
        end
        at = text:find("[\128-\255]", at + length)
    end
    parts[#parts + 1] = text:sub(from)
    return table.concat(parts)
end

--- A line for the watcher.
---@param object table
---@return string line
function M.encode(object)
    -- All of JSON's own characters are ASCII, so what is not can only be inside strings.
    local json = M.replace_invalid(vim.json.encode(object), function(byte)
        return ("\\udc%02x"):format(byte)
    end)
    return json .. "\n"
end

--- Turns lone surrogates of the second half back into the bytes they stand for.
---@param json string
---@return string
local function without_surrogates(json)
    local parts, from = {}, 1
    local at = json:find("\\", 1, true)
    while at do
        local hex = json:match("^\\u[dD][cC]([89a-fA-F]%x)", at)
        local pair = json:match("^\\u[dD][89abAB]%x%x\\u[dD][c-fC-F]%x%x", at)
        local length = pair and #pair or 2 -- an escaped backslash is stepped over as a whole
        if hex then
            parts[#parts + 1] = json:sub(from, at - 1)
            parts[#parts + 1] = string.char(tonumber(hex, 16))
            length = 6
            from = at + length
        end
        at = json:find("\\", at + length, true)
    end
    parts[#parts + 1] = json:sub(from)
    return table.concat(parts)
end

local PLAIN_NIL = { luanil = { object = true, array = true } }

---@param line string
---@return table? object nil where the line is no JSON object
function M.decode(line)
    local ok, object = pcall(vim.json.decode, line, PLAIN_NIL)
    if not ok then
        ok, object = pcall(vim.json.decode, without_surrogates(line), PLAIN_NIL)
    end
    if ok and type(object) == "table" then
        return object
    end
    return nil
end

return M
