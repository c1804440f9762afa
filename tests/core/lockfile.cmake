# Tests of core/lockfile, which share samples of what lockfiles hold.
foreach(name clientsfile damagedlockfiles hostilefiles lockdirectory lockfilefixtures lockfilestore)
    sharedserver_test(${name})
    target_sources(tst_${name} PRIVATE lockfilesamples.cpp lockfilesamples.h)
endforeach()

# Those that need processes which nobody but they themselves reap.
foreach(name clienttable filelock invocationlog serverinfo serverrecord watcherlock)
    sharedserver_test(${name})
    target_sources(tst_${name} PRIVATE
        childprocess.cpp childprocess.h
        lockfilesamples.cpp lockfilesamples.h)
endforeach()

# Those that kill a process at each of its system calls trace it, and small file systems are made,
# as only Linux can.
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    foreach(name fullfilesystem inplacewrite lockfilecrashes)
        sharedserver_test(${name})
        target_sources(tst_${name} PRIVATE
            childprocess.cpp childprocess.h
            crashingchild.cpp crashingchild.h
            lockfilesamples.cpp lockfilesamples.h)
    endforeach()
endif()
