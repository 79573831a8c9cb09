// One driver for each way in which a call can end. Each first writes a mark made from its call's number, by which a record
// is known to be that of the call.
#include <setjmp.h>

#define ID (*(const uint32_t *)args[0])
#define MARK (*(uint32_t *)ret = ID ^ 0x5a5a5a5a)

DRIVER(fine) { MARK; }
DRIVER(prints) { MARK; printf("call %u", ID); }
// The fault address is made from the number, too.
DRIVER(segv) { MARK; *(volatile char *)(0x10000 + (uintptr_t)ID) = 1; }
DRIVER(jumps_to_nowhere) { MARK; ((void (*)(void))(0x10000 + (uintptr_t)ID))(); }
DRIVER(bus) {
    MARK;
    int fd = memfd_create("empty", 0);
    *(volatile char *)mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) = 1;
}
DRIVER(fpe) { volatile int zero = 0; MARK; zero = 7 / zero; }
DRIVER(ill) { MARK; __builtin_trap(); }
DRIVER(trap) { MARK; __asm__ volatile("int3"); }
DRIVER(aborts) { MARK; fprintf(stderr, "call %u", ID); abort(); }
static int deep(volatile int *above) { volatile int here[512]; here[0] = *above; return deep(here) + here[0]; }
DRIVER(overflow) { int start = 0; MARK; deep(&start); }
DRIVER(kills_itself) { MARK; kill(getpid(), SIGKILL); }
DRIVER(stops_itself) { MARK; raise(SIGSTOP); }
DRIVER(exits) { MARK; exit(ID % 100); }
DRIVER(exits_at_once) { MARK; _exit(ID % 100); }
DRIVER(spins) { MARK; for (;;) __asm__ volatile(""); }
DRIVER(sleeps) { MARK; for (;;) pause(); }
static jmp_buf earlier;
static int is_set;
DRIVER(sets_a_jump) { MARK; is_set = 1; if (setjmp(earlier)) is_set = 0; }
DRIVER(jumps_back) { MARK; if (is_set) longjmp(earlier, 1); }
DRIVER(closes_all) { MARK; for (int fd = 0; fd < 2000; fd++) close(fd); }
DRIVER(leaves_a_child) { MARK; if (!fork()) { setsid(); for (;;) pause(); } }
DRIVER(kills_the_server) { MARK; kill(getppid(), SIGKILL); for (;;) pause(); }
