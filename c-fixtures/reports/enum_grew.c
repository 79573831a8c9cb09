//@ expect = [{ rule = "invalid-value", symbol = "get_state" }]
//@ about = "The library has a new state, and our enum does not know it"
//@ ref = ["boozook/playdate#303"]
//@ program = ["twincall_report_main()"]
enum state { IDLE, BUSY, DONE, FAILED };

enum state get_state(int step) {
    return step > 2 ? FAILED : (enum state)(step & 1);
}
void twincall_report_main(void);
