//! Pieces of assembly for register files whose size only the processor knows, or whose use only the call.

/// Moves vector registers between the processor and memory, at the width of `{width}`: `$load` is empty to store them and
/// `load` to load them. The flags change.
macro_rules! vectors {
    (store $numbers:literal at $base:literal) => {
        concat!(
            "cmp qword ptr [rip + {width}], 32\nja 84f\nje 83f\n",
            vectors!(each $numbers, "movups [", $base, " + 64 * \\number], xmm\\number"),
            "jmp 85f\n83:\n",
            vectors!(each $numbers, "vmovups [", $base, " + 64 * \\number], ymm\\number"),
            "jmp 85f\n84:\n",
            vectors!(each $numbers, "vmovups [", $base, " + 64 * \\number], zmm\\number"),
            "85:\n",
        )
    };
    (load $numbers:literal at $base:literal) => {
        concat!(
            "cmp qword ptr [rip + {width}], 32\nja 84f\nje 83f\n",
            vectors!(each $numbers, "movups xmm\\number, [", $base, " + 64 * \\number]"),
            "jmp 85f\n83:\n",
            vectors!(each $numbers, "vmovups ymm\\number, [", $base, " + 64 * \\number]"),
            "jmp 85f\n84:\n",
            vectors!(each $numbers, "vmovups zmm\\number, [", $base, " + 64 * \\number]"),
            "85:\n",
        )
    };
    (each $numbers:literal, $($move:literal),*) => {
        concat!(".irp number, ", $numbers, "\n", $($move,)* "\n.endr\n")
    };
}

/// Empties the x87 registers into the 112 bytes at `rsp` and writes how many were occupied, and the first two, to the block
/// of result registers at `$block`. What is not occupied is left as it was. `rcx`, `rsi`, `rdi` and the flags change.
macro_rules! save_x87 {
    ($block:literal) => {
        concat!(
            "fnsave [rsp]\n",
            // The tag word is numbered by physical register; the status word says which of them is st0.
            "movzx ecx, word ptr [rsp + 4]\nshr ecx, 10\nand ecx, 14\n",
            "movzx esi, word ptr [rsp + 8]\nror si, cl\n",
            "xor edi, edi\n",
            "86:\nmov ecx, esi\nand ecx, 3\ncmp ecx, 3\nje 87f\n",
            "shr esi, 2\ninc edi\ncmp edi, 8\njb 86b\n",
            "87:\nmov [",
            $block,
            " + {st_count}], rdi\n",
            "test edi, edi\njz 88f\n",
            "mov rcx, [rsp + 28]\nmov [",
            $block,
            " + {st}], rcx\n",
            "mov cx, [rsp + 36]\nmov [",
            $block,
            " + {st} + 8], cx\n",
            "cmp edi, 2\njb 88f\n",
            "mov rcx, [rsp + 38]\nmov [",
            $block,
            " + {st} + {st_stride}], rcx\n",
            "mov cx, [rsp + 46]\nmov [",
            $block,
            " + {st} + {st_stride} + 8], cx\n",
            "88:\n",
        )
    };
}

pub(super) use {save_x87, vectors};
