#pragma once

#include <QString>

namespace sharedserver::manual {

/// Writes a page for man(1), in the macros of man(7). All texts are plain; what has a meaning in
/// roff is escaped here.
class Roff
{
public:
    /// Begins the page: `date` as in 2026-01-31, `source` is the program and its version.
    Roff(const QString &title, int section, const QString &date, const QString &source);

    void heading(const QString &text);
    void subheading(const QString &text);
    /// Paragraphs, divided by empty lines. One whose words stand in columns, or indented, stays as
    /// it is.
    void text(const QString &text);
    /// Lines as they stand, indented.
    void example(const QString &lines);
    /// A term and what it means. An empty meaning leaves the term alone in its line.
    void item(const QString &term, const QString &meaning);
    /// What follows is indented by one more step, until leave().
    void enter();
    void leave();

    QString page() const { return m_page; }

private:
    void paragraph(const QString &text);

    QString m_page;
};

} // namespace sharedserver::manual
