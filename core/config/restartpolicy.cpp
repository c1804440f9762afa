#include "core/config/restartpolicy.h"

namespace sharedserver {

QString restartPolicyWord(RestartPolicy policy)
{
    switch (policy) {
    case RestartPolicy::OnFailure:
        return QStringLiteral("on-failure");
    case RestartPolicy::Always:
        return QStringLiteral("always");
    case RestartPolicy::Never:
        break;
    }
    return QStringLiteral("never");
}

std::optional<RestartPolicy> restartPolicyFromWord(const QString &word)
{
    for (const auto policy :
         {RestartPolicy::Never, RestartPolicy::OnFailure, RestartPolicy::Always}) {
        if (word == restartPolicyWord(policy))
            return policy;
    }
    return {};
}

} // namespace sharedserver
