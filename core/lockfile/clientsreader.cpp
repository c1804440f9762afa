#include "core/lockfile/clientsreader.h"

namespace sharedserver {

Result<ClientTable> ClientsReader::read(const QByteArray &text)
{
    if (!m_text.isEmpty() && text == m_text)
        return m_table;
    auto table = ClientTable::fromJson(text);
    if (table)
        remember(text, *table);
    return table;
}

void ClientsReader::remember(const QByteArray &text, const ClientTable &table)
{
    m_text = text;
    m_table = table;
}

} // namespace sharedserver
