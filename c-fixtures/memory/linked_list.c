//@ about = "C walks and reverses a list whose nodes live on the Rust side"
//@ call = ["rust_reverse(1, 2, 3) == 321", "rust_reverse(9, 0, 9) == 909"]
#include <stddef.h>
#include <stdint.h>

struct node {
    struct node *next;
    int16_t digit;
};

struct node *reverse(struct node *list) {
    struct node *reversed = NULL;
    while (list != NULL) {
        struct node *next = list->next;
        list->next = reversed;
        reversed = list;
        list = next;
    }
    return reversed;
}
