//@ expect = [{ rule = "layout-size", symbol = "year_of" }]
//@ about = "Generated struct for packed bit-fields is one byte too long"
//@ program = ["twincall_report_main()"]
#include <stdint.h>

struct __attribute__((packed)) date {
    uint32_t day : 5;
    uint32_t month : 4;
    uint32_t year : 15;
};

uint32_t year_of(const struct date *dates, uint32_t index) {
    return dates[index].year;
}
void twincall_report_main(void);
