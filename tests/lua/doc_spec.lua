-- The help is complete, and nothing in it is made up.
local suite = require("suite")
local world = require("world")
local eq, ok, test = suite.eq, suite.ok, suite.test

local function help()
    return assert(world.read(world.root .. "/doc/sharedserver.txt"))
end

test("its tags are unique and lead somewhere", function()
    vim.fn.mkdir(world.path .. "/doc", "p")
    world.write("doc/sharedserver.txt", help())
    vim.cmd("helptags " .. world.path .. "/doc")
    local tags = {}
    for line in assert(world.read(world.path .. "/doc/tags")):gmatch("[^\n]+") do
        tags[line:match("^[^\t]+")] = true
    end
    for link in help():gmatch("|([^%s|]+)|") do
        local is_ours = link:find("^sharedserver") or link:find("^:Server")
        ok(not is_ours or tags[link], "no tag for " .. link)
    end
    for _, name in ipairs({ "sharedserver", "sharedserver-setup", ":ServerStatus" }) do
        ok(tags[name], "no tag " .. name)
    end
end)

test("every function, command, option and its spellings, highlight group is in it", function()
    local text = help()
    local nvim = world.editor("require('sharedserver').setup()")
    local names = nvim:lua([[
        local names = {}
        for name in pairs(require("sharedserver")) do
            table.insert(names, "*sharedserver." .. name .. "()*")
        end
        for name in pairs(vim.api.nvim_get_commands({})) do
            if name:find("^Server") then
                table.insert(names, "*:" .. name .. "*")
            end
        end
        for name in pairs(require("sharedserver.ui.highlights").LINKS) do
            table.insert(names, "*hl-" .. name .. "*")
        end
        for name in pairs(require("sharedserver.config").options.notify) do
            table.insert(names, "\n" .. name .. " ")
        end
        return names
    ]])
    ok(#names > 30, "too few names")
    -- An option begins a line, another spelling of it is only named.
    local definition = require("sharedserver.definition")
    for option in pairs(definition.TYPES) do
        table.insert(names, "\n" .. option .. " ")
    end
    local _, begin = text:find("%*sharedserver%-server%-options%*")
    local options = text:sub(begin, (text:find("\n%-%-%-", begin)))
    for spelling, option in pairs(definition.ALIASES) do
        ok(options:find("%f[%w_]" .. spelling .. "%f[^%w_]"), spelling .. " is not in the help")
        ok(definition.TYPES[option], spelling .. " stands for no option")
    end
    for _, name in ipairs(names) do
        ok(text:find(name, 1, true), name .. " is not in the help")
    end
end)

test("docs/neovim.md tells what each module is", function()
    local text = assert(world.read(world.root .. "/docs/neovim.md"))
    for _, name in ipairs(vim.fn.readdir(world.root .. "/lua/sharedserver")) do
        local module = name:find("%.lua$") and name:gsub("%.lua$", "") or name .. "/"
        ok(text:find("`" .. module .. "`", 1, true), "nothing of " .. module)
    end
end)

test("its lines fit a terminal", function()
    for line in help():gmatch("[^\n]+") do
        ok(vim.fn.strdisplaywidth(line) <= 84, "too long: " .. line)
    end
end)

test("the help can be opened", function()
    vim.fn.mkdir(world.path .. "/doc", "p")
    world.write("doc/sharedserver.txt", help())
    local nvim = world.editor("")
    nvim:lua("vim.cmd('helptags ' .. ... .. '/doc')", world.path)
    nvim:lua("vim.opt.runtimepath:prepend(...)", world.path)
    nvim:lua("vim.cmd('help sharedserver')")
    eq(nvim:lua("return vim.bo.buftype"), "help")
end)
