#include "cli/commands/commands.h"

#include "cli/application.h"
#include "cli/commandarguments.h"
#include "cli/output.h"
#include "cli/terminalscreen.h"
#include "cli/toptable.h"
#include "core/base/displaycommand.h"
#include "core/control/eventstream.h"
#include "core/process/unixsignals.h"

#include <QFileSystemWatcher>
#include <QTimer>

#include <csignal>
#include <memory>

namespace sharedserver::commands {

namespace {

constexpr std::chrono::seconds kTick{1};
// Many things happen at once; the eye does not see more.
constexpr std::chrono::milliseconds kRedrawPause{50};
// Heading, an empty line, and the keys below.
constexpr int kFrameLines = 4;

Result<LockfileStore> openStore()
{
    const auto directory = LockDirectory::open(LockDirectory::locate());
    if (!directory)
        return Failure(directory.error());
    return LockfileStore(*directory);
}

/// The table on a terminal, until it is quit.
class TopView : public QObject
{
public:
    explicit TopView(const OutputStyle &style)
        : m_style(style)
        , m_table(style)
        , m_signals({SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH})
        , m_events(LockDirectory::locate(), {})
    {
        connect(&m_signals, &UnixSignals::received, this, &TopView::handleSignal);
        connect(&m_screen, &TerminalScreen::pressed, this, &TopView::handleKey);
        connect(&m_screen, &TerminalScreen::closed, qApp, &QCoreApplication::quit);
        connect(&m_events, &EventStream::happened, this, &TopView::redrawSoon);
        for (const auto heard : {&EventStream::waiting, &EventStream::caughtUp}) {
            connect(&m_events, heard, this, [this] {
                m_deafness.clear();
                redrawSoon();
            });
        }
        connect(&m_events, &EventStream::failed, this, [this](const Error &error) {
            m_deafness = error.message;
            redrawSoon();
        });
        connect(&m_files, &QFileSystemWatcher::directoryChanged, this, &TopView::redrawSoon);
        connect(&m_tick, &QTimer::timeout, this, [this] { refresh(true); });
        m_tick.setInterval(kTick);
        m_redraw.setSingleShot(true);
        m_redraw.setInterval(kRedrawPause);
        connect(&m_redraw, &QTimer::timeout, this, [this] { refresh(false); });
    }

    void run()
    {
        m_screen.show();
        refresh(true);
        m_events.begin({});
        QCoreApplication::exec();
        m_screen.hide();
    }

private:
    void redrawSoon()
    {
        if (!m_redraw.isActive())
            m_redraw.start();
    }

    void handleSignal(int number)
    {
        switch (number) {
        case SIGTSTP:
            m_screen.hide();
            m_signals.obey(SIGTSTP); // returns when it goes on
            [[fallthrough]];
        case SIGCONT: // also after a SIGSTOP, while which somebody else had the terminal
            m_screen.show();
            refresh(true);
            break;
        case SIGWINCH:
            draw();
            break;
        default:
            QCoreApplication::quit();
        }
    }

    void handleKey(char key)
    {
        constexpr char kEscape = 27;
        switch (key) {
        case 'q':
        case kEscape:
            QCoreApplication::quit();
            return;
        case 'n':
            m_table.setOrder(TopOrder::Name);
            break;
        case 'c':
            m_table.setOrder(TopOrder::Cpu);
            break;
        case 'm':
            m_table.setOrder(TopOrder::Memory);
            break;
        case 'u':
            m_table.setOrder(TopOrder::Uptime);
            break;
        default:
            return;
        }
        draw();
    }

    /// Reads anew, and the use of processors once a second: over a shorter time it says nothing.
    void refresh(bool withCpu)
    {
        const auto store = openStore();
        if (store) {
            // A server that has just come has no figures yet.
            m_table.read(*store, withCpu || !m_tick.isActive());
            const QString path = store->directory().path();
            if (!store->directory().isMissing() && !m_files.directories().contains(path))
                m_files.addPath(path);
        }
        m_problem = store ? QString() : store.error().message;
        // Without servers there is nothing that passes with time.
        if (m_table.isEmpty())
            m_tick.stop();
        else if (!m_tick.isActive())
            m_tick.start();
        draw();
    }

    void draw()
    {
        const QSize size = m_screen.size();
        QStringList lines{m_problem.isEmpty() ? m_table.summary() : printable(m_problem),
                          printable(m_deafness)};
        const QStringList all = m_table.lines(size.width());
        const int room = std::max(size.height() - kFrameLines, 1);
        lines += all.mid(0, room);
        if (all.size() > room) {
            lines.last() =
                QStringLiteral("%1 %2 more").arg(m_style.ellipsis()).arg(all.size() - room + 1);
        }
        lines.append(QString());
        lines.append(QStringLiteral("q quit   sort by: n name, c CPU, m memory, u uptime"));
        if (!m_screen.draw(lines))
            QCoreApplication::quit();
    }

    OutputStyle m_style;
    TopTable m_table;
    UnixSignals m_signals;
    TerminalScreen m_screen;
    EventStream m_events;
    QFileSystemWatcher m_files;
    QTimer m_tick;
    QTimer m_redraw;
    QString m_problem;
    QString m_deafness; ///< why no events come; what changes is then seen a little later
};

class Top : public Command
{
public:
    Top()
        : Command(kTop)
    {
    }

protected:
    Result<int> run(const CommandArguments &, CommandContext &context) override
    {
        const auto store = openStore();
        if (!store)
            return Failure(store.error());
        Output &output = context.output;
        if (!output.isTerminal() || qgetenv("TERM") == "dumb") {
            TopTable table(output.style());
            table.read(*store, true);
            output.line(table.summary());
            if (!table.isEmpty())
                output.text(table.lines(output.columns()).join(QLatin1Char('\n'))
                            + QLatin1Char('\n'));
            return kExitSuccess;
        }
        const auto application = makeApplication(context);
        TopView(output.style()).run();
        return kExitSuccess;
    }
};

} // namespace

const CommandSpec kTop{
    .name = "top",
    .alias = nullptr,
    .operands = Operands::None,
    .tail = Tail::None,
    .summary = "Watch the servers that run, with what they use",
    .description =
        "Shows all servers with their clients, processor time, memory and uptime, as it\n"
        "changes, until q, Esc or Ctrl-C is pressed; n, c, m and u sort by name, CPU, memory\n"
        "and uptime. CPU is that of the last second, in percent of one processor, and at first\n"
        "that of the server's whole life. Memory is the resident one of its process group.\n"
        "\n"
        "Where the output is no terminal, it is printed once.",
    .example = "sharedserver top",
    .options = {},
};

std::unique_ptr<Command> makeTop()
{
    return makeCommand<Top>();
}

} // namespace sharedserver::commands
