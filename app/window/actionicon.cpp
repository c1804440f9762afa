#include "app/window/actionicon.h"

#include <QPainter>
#include <QPalette>
#include <QPixmap>

namespace sharedserver {

namespace {

/// In a box of 16 by 16.
void paintSign(QPainter &painter, ActionSign sign, const QColor &colour)
{
    const QPen line(colour, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    switch (sign) {
    case ActionSign::Add:
        painter.setPen(line);
        painter.drawLine(QPointF(8, 3), QPointF(8, 13));
        painter.drawLine(QPointF(3, 8), QPointF(13, 8));
        break;
    case ActionSign::Start:
        painter.drawPolygon(QPolygonF({QPointF(4, 2.5), QPointF(13.5, 8), QPointF(4, 13.5)}));
        break;
    case ActionSign::Stop:
        painter.drawRoundedRect(QRectF(3, 3, 10, 10), 1, 1);
        break;
    case ActionSign::Restart:
        painter.drawPolygon(QPolygonF({QPointF(8.5, 0), QPointF(13, 3), QPointF(8.5, 6)}));
        painter.setBrush(Qt::NoBrush);
        painter.setPen(line);
        painter.drawArc(QRectF(3, 3, 10, 10), 80 * 16, 280 * 16);
        break;
    case ActionSign::Kill:
        painter.setPen(line);
        painter.drawLine(QPointF(4, 4), QPointF(12, 12));
        painter.drawLine(QPointF(12, 4), QPointF(4, 12));
        break;
    case ActionSign::Log:
        painter.setPen(line);
        for (const double y : {3.5, 8.0, 12.5})
            painter.drawLine(QPointF(3, y), QPointF(y == 8.0 ? 10 : 13, y));
        break;
    case ActionSign::Copy: // a sheet, and the corner of one below it
        painter.drawRoundedRect(QRectF(6, 6, 8, 8), 1, 1);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(colour, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(QPolygonF({QPointF(3, 10), QPointF(3, 3), QPointF(10, 3)}));
        break;
    case ActionSign::Details: // an i in a ring
        painter.drawEllipse(QPointF(8, 5), 1.1, 1.1);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(colour, 1.5, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(QPointF(8, 7.8), QPointF(8, 11.2));
        painter.drawEllipse(QPointF(8, 8), 6, 6);
        break;
    case ActionSign::Forget: // a minus
        painter.setPen(line);
        painter.drawLine(QPointF(3, 8), QPointF(13, 8));
        break;
    }
}

QPixmap paintPixmap(ActionSign sign, const QColor &colour, int size)
{
    QPixmap picture(size, size);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(size / 16.0, size / 16.0);
    paintSign(painter, sign, colour);
    return picture;
}

} // namespace

QIcon actionIcon(ActionSign sign, const QPalette &palette)
{
    QIcon icon;
    for (const int size : {16, 24, 32, 48}) {
        icon.addPixmap(
            paintPixmap(sign, palette.color(QPalette::Active, QPalette::ButtonText), size));
        icon.addPixmap(
            paintPixmap(sign, palette.color(QPalette::Disabled, QPalette::ButtonText), size),
            QIcon::Disabled);
    }
    return icon;
}

} // namespace sharedserver
