// Runs a target without libFuzzer, in every ordinary build: on each file of its corpus, and on
// MUTATIONS changed ones. The changes are the same each time, so that a test which passes goes on
// passing.
//
// Usage: fuzz_NAME MUTATIONS CORPUS

#include "tests/fuzz/fuzz.h"

#include <QByteArrayList>
#include <QDir>
#include <QFile>

#include <algorithm>
#include <cstdio>
#include <random>

namespace {

QByteArrayList readCorpus(const QString &path)
{
    QByteArrayList corpus;
    const QFileInfoList entries = QDir(path).entryInfoList(QDir::Files, QDir::Name);
    for (const QFileInfo &entry : entries) {
        QFile file(entry.filePath());
        if (!file.open(QIODevice::ReadOnly))
            qFatal("Cannot read %s", qPrintable(file.fileName()));
        corpus.append(file.readAll());
    }
    return corpus;
}

/// Changes one thing: a bit, a byte, a cut, or a piece of one input in another.
class Mutator
{
public:
    explicit Mutator(const QByteArrayList &corpus)
        : m_corpus(corpus)
    {
    }

    QByteArray next()
    {
        QByteArray input = any();
        for (qsizetype changes = below(4); changes >= 0; --changes)
            change(&input);
        return input;
    }

private:
    qsizetype below(qsizetype bound)
    {
        return qsizetype(m_random() % std::max<quint64>(1, quint64(bound)));
    }
    const QByteArray &any() { return m_corpus.at(below(m_corpus.size())); }

    void change(QByteArray *input)
    {
        static const QByteArray special = QByteArrayLiteral("\0\x7f\xff\"\\{}[]:,.$~-0 \n(");
        const qsizetype at = below(input->size());
        switch (below(5)) {
        case 0:
            if (!input->isEmpty())
                (*input)[at] = char((*input)[at] ^ (1 << below(8)));
            break;
        case 1:
            input->insert(at, special[below(special.size())]);
            break;
        case 2:
            input->remove(at, 1 + below(8));
            break;
        case 3:
            input->truncate(at);
            break;
        default: {
            const QByteArray other = any();
            const qsizetype from = below(other.size());
            input->insert(at, other.mid(from, 1 + below(32)));
        }
        }
    }

    QByteArrayList m_corpus;
    std::mt19937_64 m_random; // its seed is the same each time
};

} // namespace

int main(int argc, char *argv[])
{
    if (argc != 3) {
        std::fputs("Usage: fuzz_NAME MUTATIONS CORPUS\n", stderr);
        return 2;
    }
    const int mutations = QByteArray(argv[1]).toInt();
    const QByteArrayList corpus = readCorpus(QFile::decodeName(argv[2]));
    if (corpus.isEmpty()) {
        std::fprintf(stderr, "There is no corpus in %s\n", argv[2]);
        return 1;
    }
    for (const QByteArray &input : corpus)
        sharedserver::fuzz::tryInput(input);
    Mutator mutator(corpus);
    for (int round = 0; round < mutations; ++round)
        sharedserver::fuzz::tryInput(mutator.next());
    std::printf("%d inputs and %d changed ones\n", int(corpus.size()), mutations);
    return 0;
}
