//@ expect = [{ rule = "arg-location", symbol = "install_table", target = "native" }, { rule = "indirect", symbol = "install_table", target = "native" }]
//@ about = "install_configuration_table crashes: the GUID is passed by value"
//@ program = ["twincall_report_main()"]
#include <stdint.h>

struct guid { uint32_t a; uint16_t b, c; uint8_t d[8]; };

int32_t install_table(const struct guid *guid, const void *table) {
    return table == 0 ? -1 : (int32_t)guid->a;
}
void twincall_report_main(void);
