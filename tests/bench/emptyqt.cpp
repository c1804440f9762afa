// The least that a Qt command line can do, with the libraries that `sharedserver` links.

#include <QCoreApplication>
#include <QLocalSocket>

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    // Never true; without a use of it the linker would leave Qt Network out.
    return argc > 1000 ? int(QLocalSocket().socketDescriptor()) : 0;
}
