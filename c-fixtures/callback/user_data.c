//@ about = "C calls a Rust function through a pointer and hands it its user data back"
//@ call = ["rust_apply(5, 7) == 36", "apply(@rust_add_user, null, 7) == 14"]
int apply(int (*callback)(void *user, int value), void *user, int value) {
    return callback(user, value) + callback(user, value);
}
