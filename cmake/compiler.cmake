# How all targets are compiled and linked. Targets get it by linking sharedserver-options, which
# sharedserver-core passes on.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_AUTOMOC ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Off for the release preset and for packagers: a new compiler's new warning is no user's problem.
if(NOT DEFINED CMAKE_COMPILE_WARNING_AS_ERROR)
    set(CMAKE_COMPILE_WARNING_AS_ERROR ON)
endif()

if(NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
    find_program(CCACHE_PROGRAM ccache)
    mark_as_advanced(CCACHE_PROGRAM)
    if(CCACHE_PROGRAM)
        # What it asks for to work with precompiled headers (ccache(1)).
        set(CMAKE_CXX_COMPILER_LAUNCHER
            env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
        if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
            add_compile_options(-fpch-preprocess)
        endif()
    endif()
endif()

# A hundred tests are linked in a fifth of the time.
find_program(LLD_PROGRAM ld.lld)
mark_as_advanced(LLD_PROGRAM)
if(BUILD_TESTING AND LLD_PROGRAM)
    add_link_options(-fuse-ld=lld)
endif()

set(SHAREDSERVER_SANITIZERS "" CACHE STRING
    "What -fsanitize= gets: 'address,undefined' or 'thread'; empty for none")

add_library(sharedserver-warnings INTERFACE)
target_compile_options(sharedserver-warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow)

add_library(sharedserver-options INTERFACE)
target_link_libraries(sharedserver-options INTERFACE sharedserver-warnings)
target_include_directories(sharedserver-options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(sharedserver-options INTERFACE
    SHAREDSERVER_VERSION="${PROJECT_VERSION}"
    QT_NO_CAST_FROM_ASCII
    QT_NO_CAST_TO_ASCII
    QT_NO_URL_CAST_FROM_STRING
    QT_STRICT_ITERATORS)

if(SHAREDSERVER_SANITIZERS)
    set(sanitizers -fsanitize=${SHAREDSERVER_SANITIZERS} -fno-sanitize-recover=all)
    target_compile_options(sharedserver-options INTERFACE
        ${sanitizers} -fno-omit-frame-pointer)
    target_link_options(sharedserver-options INTERFACE ${sanitizers})
    # As libraries, GCC's two take each other's functions: that of undefined behaviour then tells that
    # of addresses where reports go, and writes its own to stderr. So the first has its own in the
    # program. (Linked statically too, the second calls Qt's icons leaks.)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND SHAREDSERVER_SANITIZERS MATCHES "undefined")
        target_link_options(sharedserver-options INTERFACE
            -static-libubsan LINKER:--exclude-libs,libubsan.a)
    endif()
    # The checks' tables hold hundreds of thousands of pointers: to correct them took a third of
    # every start.
    if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
        target_link_options(sharedserver-options INTERFACE -no-pie)
    endif()
endif()

# Loading libraries is most of what a short command takes: name only those that are used.
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    target_compile_options(sharedserver-options INTERFACE -ffunction-sections -fdata-sections)
    target_link_options(sharedserver-options INTERFACE
        LINKER:--as-needed LINKER:-O1 LINKER:--gc-sections)
endif()
