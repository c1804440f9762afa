# Tests of core/base and core/process: what each of the small parts promises for itself.
foreach(name duration servername bytestext timestamp procstat exitstatus detachedprocess
        standardstreams)
    sharedserver_test(${name})
endforeach()

# Those that need processes which nobody but they themselves reap.
foreach(name processgroup processid processwatch)
    sharedserver_test(${name})
    target_sources(tst_${name} PRIVATE childprocess.cpp childprocess.h)
endforeach()
