#pragma once

#include "cli/command.h"

/// What each file of this folder offers: a command's description, and the command itself.
namespace sharedserver::commands {

extern const CommandSpec kRun;
std::unique_ptr<Command> makeRun();
extern const CommandSpec kUse;
std::unique_ptr<Command> makeUse();
extern const CommandSpec kUnuse;
std::unique_ptr<Command> makeUnuse();
extern const CommandSpec kWait;
std::unique_ptr<Command> makeWait();
extern const CommandSpec kList;
std::unique_ptr<Command> makeList();
extern const CommandSpec kInfo;
std::unique_ptr<Command> makeInfo();
extern const CommandSpec kCheck;
std::unique_ptr<Command> makeCheck();
extern const CommandSpec kLogs;
std::unique_ptr<Command> makeLogs();
extern const CommandSpec kEvents;
std::unique_ptr<Command> makeEvents();
extern const CommandSpec kTop;
std::unique_ptr<Command> makeTop();
extern const CommandSpec kCompletion;
std::unique_ptr<Command> makeCompletion();
extern const CommandSpec kConfig;
std::unique_ptr<Command> makeConfig();
extern const CommandSpec kHelp;
std::unique_ptr<Command> makeHelp();
extern const CommandSpec kStart;
std::unique_ptr<Command> makeStart();
extern const CommandSpec kStop;
std::unique_ptr<Command> makeStop();
extern const CommandSpec kRestart;
std::unique_ptr<Command> makeRestart();
extern const CommandSpec kIncref;
std::unique_ptr<Command> makeIncref();
extern const CommandSpec kDecref;
std::unique_ptr<Command> makeDecref();
extern const CommandSpec kDebug;
std::unique_ptr<Command> makeDebug();
extern const CommandSpec kDoctor;
std::unique_ptr<Command> makeDoctor();
extern const CommandSpec kKill;
std::unique_ptr<Command> makeKill();
extern const CommandSpec kLockdir;
std::unique_ptr<Command> makeLockdir();
extern const CommandSpec kWatch;
std::unique_ptr<Command> makeWatch();
extern const CommandSpec kCompleteNames;
std::unique_ptr<Command> makeCompleteNames();

} // namespace sharedserver::commands
