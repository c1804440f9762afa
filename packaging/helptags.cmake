# write_help_tags(HELP TAGS): what Neovim's :helptags writes for the one help file HELP, so that it
# is found where the user may not write and needs no Neovim to build.
function(write_help_tags help tags)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${help})
    get_filename_component(name ${help} NAME)
    file(READ ${help} text)
    # A tag stands between blanks, on a line that is no example: those are indented.
    string(REGEX MATCHALL "(^|[ \t\n])\\*[^* \t\n|]+\\*" found "${text}")
    set(lines)
    foreach(tag IN LISTS found)
        string(REGEX REPLACE ".*\\*([^*]+)\\*" "\\1" tag "${tag}")
        list(APPEND lines "${tag}\t${name}\t/*${tag}*\n")
    endforeach()
    list(SORT lines)
    list(JOIN lines "" text)
    file(WRITE ${tags} "${text}")
endfunction()
