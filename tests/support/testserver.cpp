// A server that behaves as badly as it is told to. Plain C++, so that it starts at once.
//
//   testserver [OPTION…]
//     --ignore-term         SIGTERM does nothing
//     --stragglers N        forks N children of its own group that outlive it and ignore SIGTERM
//     --exit CODE           ends at once with that code, after everything below
//     --print BYTES         prints so many bytes, in lines
//     --say TEXT            prints a line on stderr
//     --compute           computes for ever, from there on
//     --close-output        closes stdout and stderr
//     --dump FILE           writes its argv, directory, umask and environment there: entries ended
//                           by NUL, an empty one between the parts
//     --exit-on-term CODE   what it exits with on SIGTERM (0)
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

namespace {

volatile sig_atomic_t exitCodeOnTerm = 0;

void exitOnTerm(int)
{
    _exit(exitCodeOnTerm);
}

void forkStraggler()
{
    // Deaf from its first moment on, so before the fork.
    const auto before = signal(SIGTERM, SIG_IGN);
    if (fork() != 0) {
        signal(SIGTERM, before);
        return;
    }
    for (;;)
        pause();
}

void printLines(long bytes)
{
    const std::string line(99, 'x');
    for (long done = 0; done < bytes; done += 100)
        puts(line.c_str());
    fflush(stdout);
}

void dump(const char *path, int argc, char **argv)
{
    // Whole or not at all: somebody waits for it.
    const std::string temporary = std::string(path) + ".part";
    FILE *file = fopen(temporary.c_str(), "w");
    if (!file)
        exit(3);
    const auto add = [file](const char *entry) { fwrite(entry, 1, strlen(entry) + 1, file); };
    for (int i = 0; i < argc; ++i)
        add(argv[i]);
    add("");
    char directory[4096];
    add(getcwd(directory, sizeof(directory)) ? directory : "?");
    const mode_t mask = umask(0);
    umask(mask);
    char text[16];
    snprintf(text, sizeof(text), "%o", unsigned(mask));
    add(text);
    add("");
    for (char **entry = environ; *entry; ++entry)
        add(*entry);
    fclose(file);
    rename(temporary.c_str(), path);
}

} // namespace

int main(int argc, char **argv)
{
    const char *exitCode = nullptr;
    signal(SIGTERM, exitOnTerm);
    for (int i = 1; i < argc; ++i) {
        const std::string option = argv[i];
        const auto value = [&] { return i + 1 < argc ? argv[++i] : argv[argc]; };
        if (option == "--ignore-term")
            signal(SIGTERM, SIG_IGN);
        else if (option == "--exit-on-term")
            exitCodeOnTerm = atoi(value());
        else if (option == "--exit")
            exitCode = value();
        else if (option == "--print")
            printLines(atol(value()));
        else if (option == "--say")
            fprintf(stderr, "%s\n", value());
        else if (option == "--dump")
            dump(value(), argc, argv);
        else if (option == "--stragglers")
            for (int count = atoi(value()); count > 0; --count)
                forkStraggler();
        else if (option == "--compute")
            for (volatile unsigned count = 0;;)
                count = count + 1;
        else if (option == "--close-output") {
            close(STDOUT_FILENO);
            close(STDERR_FILENO);
        }
        // Anything else is there to be dumped.
    }
    if (exitCode)
        return atoi(exitCode);
    for (;;)
        pause();
}
