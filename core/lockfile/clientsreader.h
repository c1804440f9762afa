#pragma once

#include "core/lockfile/clienttable.h"

namespace sharedserver {

/// Reads clients files, and knows the last one again: who looks at the same file after each change
/// does not parse it each time. What it keeps is twice as large as the file.
class ClientsReader
{
public:
    /// As ClientTable::fromJson().
    Result<ClientTable> read(const QByteArray &text);
    /// What is about to be written, which need not be parsed when it comes back.
    void remember(const QByteArray &text, const ClientTable &table);

private:
    QByteArray m_text;
    ClientTable m_table;
};

} // namespace sharedserver
