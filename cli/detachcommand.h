#pragma once

#include "cli/command.h"

namespace sharedserver {

/// What `unuse` and `decref` have in common, which is everything but the name.
class DetachCommand : public Command
{
public:
    using Command::Command;

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override;
};

} // namespace sharedserver
