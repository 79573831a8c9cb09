//@ targets = ["native"]
//@ expect = [{ rule = "field-missing", symbol = "system_information" }, { rule = "layout-size", symbol = "system_information" }]
//@ about = "Heap corruption after asking for the uptime"
//@ program = ["twincall_report_main()"]
#include <string.h>

struct system_information {
    long uptime;
    unsigned long loads[3];
    unsigned long memory[6];
    unsigned short processes, padding;
    unsigned long high[2];
    unsigned int unit;
};

int system_information(struct system_information *info) {
    memset(info, 0, sizeof *info);
    info->uptime = 77;
    return 0;
}
void twincall_report_main(void);
