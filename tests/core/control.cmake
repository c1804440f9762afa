# Tests of core/supervisor and core/control.

# Those of the protocol share a client that can also speak it wrongly.
foreach(name controlsocket controlsocketfile events requestparams)
    sharedserver_test(${name})
    target_sources(tst_${name} PRIVATE rawclient.cpp rawclient.h)
endforeach()

# Those of the supervisor share one with a clock that stands still.
foreach(name graceperiod restart stopping supervisor)
    sharedserver_test(${name})
    target_sources(tst_${name} PRIVATE supervisorbench.cpp supervisorbench.h)
endforeach()
