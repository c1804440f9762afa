#include "app/tray/xembedfinder.h"

#include <QGuiApplication>

#ifdef SHAREDSERVER_HAS_XCB
#include <xcb/xcb.h>

#include <cstdlib>
#include <memory>
#endif

namespace sharedserver {

XEmbedFinder::XEmbedFinder(QObject *parent)
    : QObject(parent)
{
}

XEmbedFinder::~XEmbedFinder()
{
    if (QCoreApplication::instance())
        QCoreApplication::instance()->removeNativeEventFilter(this);
}

#ifdef SHAREDSERVER_HAS_XCB

namespace {

template<typename Reply>
using Owned = std::unique_ptr<Reply, decltype(&std::free)>;

xcb_atom_t atom(xcb_connection_t *connection, const QByteArray &name)
{
    const auto question =
        xcb_intern_atom(connection, 0, std::uint16_t(name.size()), name.constData());
    const Owned<xcb_intern_atom_reply_t> answer(
        xcb_intern_atom_reply(connection, question, nullptr), &std::free);
    return answer ? answer->atom : xcb_atom_t(XCB_ATOM_NONE);
}

} // namespace

void XEmbedFinder::begin()
{
    const auto *x11 = qGuiApp->nativeInterface<QNativeInterface::QX11Application>();
    // Qt's platform for tests offers the interface, but no connection.
    xcb_connection_t *connection = x11 ? x11->connection() : nullptr;
    if (!connection)
        return;
    m_manager = atom(connection, "MANAGER");
    m_selection = atom(connection, "_NET_SYSTEM_TRAY_S0"); // the first screen's, as Qt's own
    // Qt has selected the root window's events for the same purpose.
    QCoreApplication::instance()->installNativeEventFilter(this);
    const auto question = xcb_get_selection_owner(connection, m_selection);
    const Owned<xcb_get_selection_owner_reply_t> answer(
        xcb_get_selection_owner_reply(connection, question, nullptr), &std::free);
    if (answer && answer->owner != XCB_WINDOW_NONE)
        emit found();
}

bool XEmbedFinder::nativeEventFilter(const QByteArray &type, void *message, qintptr *)
{
    if (type != "xcb_generic_event_t")
        return false;
    const auto *event = static_cast<xcb_generic_event_t *>(message);
    if ((event->response_type & 0x7f) != XCB_CLIENT_MESSAGE)
        return false;
    const auto *client = reinterpret_cast<const xcb_client_message_event_t *>(event);
    if (client->type == m_manager && client->data.data32[1] == m_selection)
        emit found();
    return false;
}

#else

void XEmbedFinder::begin() {}

bool XEmbedFinder::nativeEventFilter(const QByteArray &, void *, qintptr *)
{
    return false;
}

#endif

} // namespace sharedserver
