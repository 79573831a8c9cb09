//@ about = "A struct holds callbacks that take the struct: rustc writes a placeholder for a function pointer inside of its own type."
//@ ref = ["DWARF 5, 5.9"]
struct file;
typedef int (*sleep_fn)(struct file *self, int microseconds);
struct file { int version; sleep_fn sleep; int (*open)(struct file *self, const char *name); };

void first(sleep_fn sleep) { (void)sleep; }
struct file *find(void) { return 0; }
