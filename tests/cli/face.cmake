# The face of the command line: what it takes, what it says, and what shells make of it.
foreach(face aliases arguments completion help manual usage)
    sharedserver_test(${face} sharedserver-testsupport)
endforeach()

# Those of its output write the lockfiles that it shows.
foreach(face json output terminal)
    sharedserver_test(${face} sharedserver-testsupport)
    target_sources(tst_${face} PRIVATE handmadefiles.cpp handmadefiles.h)
endforeach()

# It asks a part of the command line, too.
sharedserver_test(top sharedserver-testsupport)
target_sources(tst_top PRIVATE topterminal.cpp topterminal.h)
target_link_libraries(tst_top PRIVATE sharedserver-cli-lib)

# Help, completion and manual are compared with the table of commands that they come from, and what
# writes to a pipe is asked by itself.
foreach(face completion help manual output)
    target_link_libraries(tst_${face} PRIVATE sharedserver-cli-lib)
endforeach()
target_compile_definitions(tst_completion PRIVATE
    COMPLETION_DRIVERS="${CMAKE_CURRENT_SOURCE_DIR}")
target_compile_definitions(tst_manual PRIVATE MANUAL_DIR="${PROJECT_BINARY_DIR}/cli/manual")
add_dependencies(tst_manual manual)
sharedserver_long_tests(completion)
