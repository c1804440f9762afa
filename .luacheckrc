std = "luajit"
globals = { "vim" }
max_line_length = 100
self = false
exclude_files = { "build*/**" }
