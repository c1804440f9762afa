#pragma once

#include <QByteArrayList>

#include <vector>

namespace sharedserver {

/// The list as execve(2) takes it, with a null at its end. Points into `list`, which must stay as
/// it is; made before a fork, because nothing may be allocated after it.
inline std::vector<char *> argumentVector(const QByteArrayList &list)
{
    std::vector<char *> pointers;
    pointers.reserve(size_t(list.size()) + 1);
    for (const QByteArray &entry : list)
        pointers.push_back(const_cast<char *>(entry.constData()));
    pointers.push_back(nullptr);
    return pointers;
}

} // namespace sharedserver
