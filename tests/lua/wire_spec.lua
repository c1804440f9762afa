-- Lines of the protocol, and other pure functions.
local suite = require("suite")
local eq, test = suite.eq, suite.test
local wire = require("sharedserver.wire")

local function param(text)
    return wire.encode({ a = text })
end

test("text goes as it is", function()
    eq(param("aé€😀"), '{"a":"aé€😀"}\n')
    eq(wire.encode({ params = vim.empty_dict() }), '{"params":{}}\n')
end)

test("bytes that are no UTF-8 go as lone surrogates", function()
    eq(param("\128"), '{"a":"\\udc80"}\n')
    eq(param("x\255é\192\128"), '{"a":"x\\udcffé\\udcc0\\udc80"}\n')
    eq(param("\237\160\128"), '{"a":"\\udced\\udca0\\udc80"}\n', "a surrogate in UTF-8")
    eq(param("\244\144\128\128"), '{"a":"\\udcf4\\udc90\\udc80\\udc80"}\n', "above U+10FFFF")
    eq(param("\226\130"), '{"a":"\\udce2\\udc82"}\n', "cut off")
end)

test("and come back as bytes", function()
    eq(wire.decode('{"a":"x\\udcffy"}'), { a = "x\255y" })
    eq(wire.decode('{"a":"\\\\udcff \\udc80"}'), { a = "\\udcff \128" })
    eq(wire.decode('{"a":"\\ud83d\\ude00 \\udc80"}'), { a = "😀 \128" })
end)

test("null is nothing", function()
    eq(wire.decode('{"a":null,"b":1}'), { b = 1 })
end)

test("what is no JSON object is nothing", function()
    for _, text in ipairs({ "", "{", "1", "nonsense", '"\\udc80"' }) do
        eq(wire.decode(text), nil, text)
    end
end)

test("durations", function()
    local duration = require("sharedserver.duration")
    local good =
        { ["30s"] = 30, ["5m"] = 300, ["2h30m"] = 9000, ["1 H 5 M"] = 3900, ["500ms"] = 0.5 }
    for text, seconds in pairs(good) do
        eq(duration.parse(text), seconds, text)
    end
    for _, text in ipairs({ "", "0s", "5", "5 x", "-1s", "1.5h", "s", ("9"):rep(30) .. "h" }) do
        eq(duration.parse(text), nil, text)
    end
    local shown = { [0] = "0s", [59] = "59s", [60] = "1m 0s", [8100] = "2h 15m", [90000] = "1d 1h" }
    for seconds, text in pairs(shown) do
        eq(duration.format(seconds), text)
    end
end)

test("time stamps of the files", function()
    local lockfiles = require("sharedserver.lockfiles")
    eq(lockfiles.seconds("2026-11-23T08:18:07.468418790Z"), 1795421887)
    eq(lockfiles.seconds("1970-01-01T00:00:00Z"), 0)
    eq(lockfiles.seconds("2024-02-29T23:59:59Z"), 1709251199)
    eq(lockfiles.seconds("yesterday"), nil)
end)

test("the umask as a new file shows it", function()
    local process = require("sharedserver.process")
    eq(process._probe_umask(), process.umask())
end)

test("a process outlives its first thread", function()
    local process = require("sharedserver.process")
    local job = vim.fn.jobstart({
        "python3",
        "-c",
        "import ctypes, threading, time\n"
            .. "threading.Thread(target=time.sleep, args=(1000,)).start()\n"
            .. "ctypes.CDLL(None).pthread_exit(None)",
    })
    local pid = vim.fn.jobpid(job)
    if vim.fn.isdirectory("/proc/self") == 1 then
        suite.wait("the end of its first thread", function()
            return vim.fn.readfile(("/proc/%d/stat"):format(pid))[1]:find("%) Z ")
        end)
    end
    eq(process.is_alive(pid), true)
    vim.fn.jobstop(job)
    require("world").wait_for_end(pid)
end)

test("the nearest word", function()
    local nearest = require("sharedserver.nearest")
    eq(nearest.find("comand", { "args", "command" }), "command")
    eq(nearest.find("idleTimeout", { "idle_timeout", "lazy" }), "idle_timeout")
    eq(nearest.find("zzz", { "args", "command" }), nil)
end)
