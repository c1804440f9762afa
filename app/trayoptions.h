#pragma once

#include <QtGlobal>

namespace sharedserver {

/// An option of the tray's command line, for the program and for its page in the manual.
struct TrayOption
{
    const char *name; ///< without its dashes
    const char *summary; ///< in English; a translation is in the context Options
};

inline constexpr TrayOption kTrayHidden{"hidden",
                                        QT_TRANSLATE_NOOP("Options", "Start with the icon alone")};
inline constexpr TrayOption kTrayShow{"show", QT_TRANSLATE_NOOP("Options", "Open the window")};
inline constexpr TrayOption kTrayQuit{
    "quit",
    QT_TRANSLATE_NOOP(
        "Options", "End the tray that runs; its servers go on unless the settings say otherwise")};

inline constexpr TrayOption kTrayOptions[] = {kTrayHidden, kTrayShow, kTrayQuit};

} // namespace sharedserver
