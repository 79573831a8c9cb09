// What C has no word for.
extern "C" void throws(const void *const *args, void *ret) {
    *(unsigned *)ret = *(const unsigned *)args[0] ^ 0x5a5a5a5a;
    throw 1;
}
