/* tests/lib: the library is a guest in somebody's program. It writes nothing, touches no signal, leaves no process, no
 * file descriptor and no changed setting behind. */
#include <dirent.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/handle.h"

/* A whole visit: open with these analysers (NULL: all), tag, a bad picture, close. */
static void visit_with(const char *analysers)
{
    tagsmith_options options = options_of(analysers, 2);
    tagsmith *handle = open_handle(&options);
    char *path = ts_test_dep("photos/cat.png");
    tagsmith_picture *picture = tagsmith_tag_file(handle, path, NULL);
    bool found = picture && find_tag(picture, "object/cat");
    bool refused = !tagsmith_tag_bytes(handle, "\xff\xd8\xff\xe0 rubbish", 12, NULL);
    tagsmith_picture_free(picture);
    tagsmith_close(handle);
    free(path);
    if (!found || !refused) fail_msg("the visit itself went wrong");
}

static void visit(void)
{
    visit_with("detect");
}

static size_t count_open_files(void)
{
    size_t count = 0;
    DIR *dir = opendir("/proc/self/fd");
    if (!dir) fail_msg("no /proc");
    while (readdir(dir)) count++;
    closedir(dir);
    return count;
}

static void nothing_is_written(void **state)
{
    (void)state;
    ts_test_listen();
    visit_with(NULL);
    char *heard = ts_test_heard();
    assert_string_equal(heard, "");
    free(heard);
    ts_test_listen(); /* and the ear is not deaf */
    fputs("to one, ", stdout);
    fflush(stdout);
    assert_int_equal(write(2, "to the other", 12), 12);
    heard = ts_test_heard();
    assert_string_equal(heard, "to one, to the other");
    free(heard);
}

static void noted(int signal_number)
{
    (void)signal_number;
}

static void signals_are_left_alone(void **state)
{
    (void)state;
    struct sigaction mine = {.sa_handler = noted}, before[65], after;
    assert_int_equal(sigaction(SIGUSR1, &mine, NULL), 0);
    assert_int_equal(sigaction(SIGPIPE, &mine, NULL), 0);
    sigset_t mask_before, mask_after;
    assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &mask_before), 0);
    for (int s = 1; s <= 64; s++)
        before[s].sa_handler = sigaction(s, NULL, &before[s]) == 0 ? before[s].sa_handler : SIG_ERR;
    visit();
    for (int s = 1; s <= 64; s++) {
        if (before[s].sa_handler == SIG_ERR) continue;
        assert_int_equal(sigaction(s, NULL, &after), 0);
        if (after.sa_handler != before[s].sa_handler || after.sa_flags != before[s].sa_flags)
            fail_msg("signal %d", s);
    }
    assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &mask_after), 0);
    for (int s = 1; s <= 64; s++) assert_int_equal(sigismember(&mask_before, s), sigismember(&mask_after, s));
    signal(SIGUSR1, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
}

/* Children of any thread of this process, zombies too; a sanitizer's symbolizer is no concern of ours. */
static size_t count_children(void)
{
    size_t count = 0;
    DIR *tasks = opendir("/proc/self/task");
    if (!tasks) fail_msg("no /proc");
    for (struct dirent *task; (task = readdir(tasks));) {
        char path[300], name[64];
        (void)snprintf(path, sizeof path, "/proc/self/task/%s/children", task->d_name);
        FILE *children = fopen(path, "r");
        for (int pid; children && fscanf(children, "%d", &pid) == 1;
             count += strncmp(name, "llvm-symbol", 11) != 0) {
            (void)snprintf(path, sizeof path, "/proc/%d/comm", pid);
            FILE *comm = fopen(path, "r");
            if (!comm || !fgets(name, sizeof name, comm)) name[0] = '\0';
            if (comm) fclose(comm);
        }
        if (children) fclose(children);
    }
    closedir(tasks);
    return count;
}

static void no_process_is_left(void **state)
{
    (void)state;
    size_t before = count_children();
    tagsmith_options options = options_of("colours", 3);
    tagsmith *handle = open_handle(&options);
    assert_int_equal(count_children(), before + 3);
    tagsmith_close(handle);
    assert_int_equal(count_children(), before);
}

/* Programs that never wait for their children often ignore SIGCHLD; then nobody can wait for the decoders. */
static void a_host_that_ignores_its_children_is_fine(void **state)
{
    (void)state;
    size_t before = count_children();
    signal(SIGCHLD, SIG_IGN);
    visit();
    signal(SIGCHLD, SIG_DFL);
    assert_int_equal(count_children(), before);
}

/* A child of the host's own must not be waited for by the library. */
static void the_hosts_children_are_the_hosts(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) _exit(42);
    visit();
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 42);
}

static void no_file_stays_open(void **state)
{
    (void)state;
    size_t before = count_open_files();
    for (int i = 0; i < 3; i++) {
        visit();
        assert_int_equal(count_open_files(), before);
    }
    tagsmith_options options = options_of("smell", 2);
    assert_null(tagsmith_open(&options, NULL));
    options = options_of(NULL, 2);
    options.models = "/no/such/folder";
    assert_null(tagsmith_open(&options, NULL));
    assert_int_equal(count_open_files(), before);
}

/* The decoders hold none of the host's files: a socket that it closes must be closed. */
static void decoders_inherit_nothing(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0); /* without close-on-exec, as careless programs do */
    tagsmith_options options = options_of("colours", 2);
    tagsmith *handle = open_handle(&options);
    close(ends[1]);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    char byte;
    ssize_t got = 0;
    for (int wait = 0; wait < 200; wait++) { /* a starting decoder may take a moment to close it */
        got = read(ends[0], &byte, 1);
        if (got == 0) break;
        usleep(10000);
    }
    assert_int_equal(got, 0); /* end of file: nobody else holds the writing end */
    close(ends[0]);
    tagsmith_close(handle);
}

static void settings_are_not_changed(void **state)
{
    (void)state;
    char before[4096], after[4096];
    assert_non_null(getcwd(before, sizeof before));
    mode_t mask = umask(027);
    char *locale = strdup(setlocale(LC_ALL, NULL));
    visit();
    assert_non_null(getcwd(after, sizeof after));
    assert_string_equal(before, after);
    assert_int_equal(umask(mask), 027);
    assert_string_equal(setlocale(LC_ALL, NULL), locale);
    free(locale);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_written),
        cmocka_unit_test(signals_are_left_alone),
        cmocka_unit_test(no_process_is_left),
        cmocka_unit_test(a_host_that_ignores_its_children_is_fine),
        cmocka_unit_test(the_hosts_children_are_the_hosts),
        cmocka_unit_test(no_file_stays_open),
        cmocka_unit_test(decoders_inherit_nothing),
        cmocka_unit_test(settings_are_not_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
