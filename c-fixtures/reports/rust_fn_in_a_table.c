//@ about = 'Function pointers in a struct lost their extern "C"'
//@ program = ["twincall_report_main()"]
#include <stdint.h>

struct payload { uint64_t words[16]; };

struct operations {
    uint64_t (*sum)(struct payload);
};

uint64_t run(uint64_t first, const struct operations *operations) {
    struct payload payload = {{first, 2, 3}};
    return operations->sum(payload);
}
void twincall_report_main(void);
