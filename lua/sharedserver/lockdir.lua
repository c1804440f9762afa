--- The lock directory: where it is, whether it can be trusted, and the way to its socket.
--- Safe in callbacks of libuv.
local uv = require("sharedserver.compat").uv

local M = {}

-- What fits into a socket address: sun_path without its ending NUL.
local LONGEST_ADDRESS = uv.os_uname().sysname == "Linux" and 107 or 103

---@param mode integer of a file
---@return boolean
local function others_may_write(mode)
    local group, others = math.floor(mode / 8) % 8, mode % 8
    return group % 4 >= 2 or others % 4 >= 2
end

---@param path string
---@return boolean
local function belongs_to_another(path)
    local status = uv.fs_lstat(path)
    return status ~= nil and status.uid ~= uv.getuid()
end

--- Where the lockfiles are. Must say the same as `sharedserver admin lockdir`.
---@return string path absolute
---@return boolean is_explicit whether the user has named it
function M.locate()
    local named = uv.os_getenv("SHAREDSERVER_LOCKDIR")
    if named and named ~= "" then
        if named:sub(1, 1) ~= "/" then
            named = uv.cwd() .. "/" .. named
        end
        return (named:gsub("(.)/+$", "%1")), true
    end
    local runtime = uv.os_getenv("XDG_RUNTIME_DIR")
    if runtime and runtime:sub(1, 1) == "/" then
        return runtime .. "/sharedserver", false
    end
    local common = "/tmp/sharedserver"
    if not belongs_to_another(common) then
        return common, false
    end
    return ("%s-%d"):format(common, uv.getuid()), false
end

--- Whether what answers in that directory can be trusted.
---@param path string
---@return "safe"|"missing"|"unsafe" verdict
---@return string? reason why it is unsafe
function M.check(path)
    local status = uv.fs_lstat(path)
    if not status then
        return "missing"
    end
    if status.type == "link" then
        return "unsafe", "is a symbolic link, which anyone may have planted"
    end
    if status.type ~= "directory" then
        return "unsafe", "is no directory"
    end
    if status.uid ~= uv.getuid() then
        return "unsafe", "belongs to another user"
    end
    if others_may_write(status.mode) then
        return "unsafe", "can be written by others"
    end
    -- A directory that was open once may hold what somebody planted then.
    local socket = uv.fs_lstat(path .. "/control.sock")
    if socket and socket.uid ~= uv.getuid() then
        return "unsafe", "holds a control socket of another user"
    end
    return "safe"
end

--- A path to connect to. An address is short and a directory's path may be long: then the way
--- leads through an open descriptor of the directory, which the caller closes once it is connected.
---@param path string of the directory
---@return string? address nil where there is none
---@return integer? descriptor
function M.socket_address(path)
    local address = path .. "/control.sock"
    if #address <= LONGEST_ADDRESS then
        return address, nil
    end
    if not uv.fs_stat("/proc/self/fd") then
        return nil, nil
    end
    local descriptor = uv.fs_open(path, "r", 0)
    if not descriptor then
        return nil, nil
    end
    return ("/proc/self/fd/%d/control.sock"):format(descriptor), descriptor
end

return M
