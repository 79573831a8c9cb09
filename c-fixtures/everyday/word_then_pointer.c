//@ about = "A number and a text by value: the second IR parameter is a pointer, and the first half of a value, not its address."
//@ ref = ["psABI 3.2.3"]
struct account { int kind; const char *text; };

int kind_of(long key, struct account account) { (void)key; return account.kind; }
struct account same_account(struct account account) { return account; }
