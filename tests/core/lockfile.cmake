# Tests of core/lockfile, which share samples of what lockfiles hold.
foreach(name lockfilefixtures damagedlockfiles)
    sharedserver_test(${name})
    target_sources(tst_${name} PRIVATE lockfilesamples.cpp lockfilesamples.h)
endforeach()
