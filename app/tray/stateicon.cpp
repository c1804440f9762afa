#include "app/tray/stateicon.h"

#include <QGuiApplication>
#include <QHash>
#include <QPainter>
#include <QPainterPath>
#include <QPalette>
#include <QPixmap>

namespace sharedserver {

namespace {

// Those that panels ask for, at one and two device pixels a point.
constexpr int kSizes[] = {16, 22, 24, 32, 44, 48, 64, 128};

// Dark enough on white and light enough on black to be told from each other.
const QColor kGreen(0x2e, 0x9e, 0x4f);
const QColor kAmber(0xd0, 0x87, 0x00);
const QColor kRed(0xd3, 0x2f, 0x2f);
const QColor kGrey(0x80, 0x86, 0x8b);

void paintDisc(QPainter &painter, const QRectF &box)
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(kGreen);
    painter.drawEllipse(box);
}

/// A clock: a ring with two hands.
void paintRing(QPainter &painter, const QRectF &box)
{
    const double width = box.width() * 0.17;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(kAmber, width, Qt::SolidLine, Qt::RoundCap));
    painter.drawEllipse(box.adjusted(width / 2, width / 2, -width / 2, -width / 2));
    const QPointF middle = box.center();
    painter.drawLine(middle, middle - QPointF(0, box.height() * 0.22));
    painter.drawLine(middle, middle + QPointF(box.width() * 0.17, 0));
}

/// A warning sign, its mark cut out.
void paintTriangle(QPainter &painter, const QRectF &box)
{
    QPainterPath sign;
    sign.addPolygon(QPolygonF({QPointF(box.center().x(), box.top()), box.bottomRight(),
                               box.bottomLeft(), QPointF(box.center().x(), box.top())}));
    const double width = box.width() * 0.13;
    const double middle = box.center().x() - width / 2;
    QPainterPath mark;
    mark.addRect(middle, box.top() + box.height() * 0.36, width, box.height() * 0.30);
    mark.addRect(middle, box.top() + box.height() * 0.75, width, width);
    painter.setPen(Qt::NoPen);
    painter.setBrush(kRed);
    painter.drawPath(sign.subtracted(mark));
}

void paintSquare(QPainter &painter, const QRectF &box)
{
    const double width = box.width() * 0.14;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(kGrey, width));
    painter.drawRect(box.adjusted(width, width, -width, -width));
}

/// Three slabs in a box of 32 by 32.
void paintStack(QPainter &painter, const QColor &body, const QColor &edge)
{
    painter.setPen(edge.isValid() ? QPen(edge, 1.5) : QPen(Qt::NoPen));
    painter.setBrush(body);
    QPainterPath stack;
    for (const double top : {2.5, 12.0, 21.5}) {
        QPainterPath slab;
        slab.addRoundedRect(QRectF(2, top, 28, 8), 2, 2);
        QPainterPath lamp;
        lamp.addEllipse(QRectF(5.5, top + 2.5, 3, 3));
        stack.addPath(slab.subtracted(lamp));
    }
    painter.drawPath(stack);
}

void clearAround(QPainter &painter, const QRectF &box)
{
    painter.save();
    painter.setCompositionMode(QPainter::CompositionMode_Clear);
    painter.setPen(Qt::NoPen);
    painter.setBrush(Qt::black);
    painter.drawEllipse(box.adjusted(-2.5, -2.5, 2.5, 2.5));
    painter.restore();
}

void paintState(QPainter &painter, TrayState state)
{
    const QRectF corner(16, 16, 15.5, 15.5);
    if (state != TrayState::Idle)
        clearAround(painter, corner);
    switch (state) {
    case TrayState::Idle:
        break;
    case TrayState::Active:
        paintDisc(painter, corner);
        break;
    case TrayState::Grace:
        paintRing(painter, corner);
        break;
    case TrayState::Trouble:
        paintTriangle(painter, corner);
        break;
    }
}

template<typename Paint>
QIcon paintIcon(double side, Paint paint)
{
    QIcon icon;
    for (const int size : kSizes) {
        QPixmap picture(size, size);
        picture.fill(Qt::transparent);
        QPainter painter(&picture);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.scale(size / side, size / side);
        paint(painter);
        painter.end();
        icon.addPixmap(picture);
    }
    return icon;
}

} // namespace

QIcon stateIcon(TrayState state, IconTheme theme)
{
    QColor body(0x4a, 0x50, 0x58);
    QColor edge(0xf2, 0xf2, 0xf2);
    if (theme == IconTheme::LightForDarkPanels) {
        body = QColor(0xee, 0xee, 0xee);
        edge = QColor();
    } else if (theme == IconTheme::DarkForLightPanels) {
        body = QColor(0x2b, 0x2e, 0x33);
        edge = QColor();
    }
#ifdef Q_OS_MACOS
    if (theme == IconTheme::Automatic) {
        body = Qt::black;
        edge = QColor();
    }
#endif
    QIcon icon = paintIcon(32, [&](QPainter &painter) {
        paintStack(painter, body, edge);
        paintState(painter, state);
    });
#ifdef Q_OS_MACOS
    icon.setIsMask(theme == IconTheme::Automatic); // a template image, in the menu bar's colour
#endif
    return icon;
}

namespace {

/// On a chosen row's colour ours would be lost: there the sign has the text's own.
void addSelected(QIcon *icon)
{
    const QColor colour = QGuiApplication::palette().color(QPalette::HighlightedText);
    const QList<QSize> sizes = icon->availableSizes();
    for (const QSize &size : sizes) {
        QPixmap picture = icon->pixmap(size, 1.0);
        QPainter painter(&picture);
        painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
        painter.fillRect(picture.rect(), colour);
        painter.end();
        icon->addPixmap(picture, QIcon::Selected); // in lists
        icon->addPixmap(picture, QIcon::Active); // in menus
    }
}

} // namespace

QIcon lookIcon(Look look)
{
    static QHash<int, QIcon> icons;
    QIcon &icon = icons[int(look)];
    if (!icon.isNull())
        return icon;
    const QRectF box(2, 2, 12, 12);
    icon = paintIcon(16, [&](QPainter &painter) {
        switch (look) {
        case Look::Active:
            paintDisc(painter, box);
            break;
        case Look::Grace:
            paintRing(painter, box);
            break;
        case Look::Stopped:
            paintSquare(painter, box);
            break;
        case Look::Crashed:
        case Look::Failed:
        case Look::Unreadable:
        case Look::Defunct:
            paintTriangle(painter, box);
            break;
        }
    });
    addSelected(&icon);
    return icon;
}

QIcon programIcon()
{
    return stateIcon(TrayState::Idle, IconTheme::Automatic);
}

} // namespace sharedserver
