// crowd N: N processes that do nothing, as small as processes get: clients to be counted by the
// thousand. Prints their pids, one a line, and ends them when its standard input ends.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    const long wanted = argc > 1 ? std::strtol(argv[1], nullptr, 10) : 0;
    std::vector<pid_t> crowd;
    for (long i = 0; i < wanted; ++i) {
        const pid_t pid = fork();
        if (pid == 0) {
            pause();
            _exit(0);
        }
        if (pid > 0)
            crowd.push_back(pid);
    }
    for (const pid_t pid : crowd)
        std::printf("%d\n", int(pid));
    std::fflush(stdout);
    char byte = 0;
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
    for (const pid_t pid : crowd)
        kill(pid, SIGKILL);
    for (const pid_t pid : crowd)
        waitpid(pid, nullptr, 0);
    return crowd.size() == size_t(wanted) ? 0 : 1;
}
