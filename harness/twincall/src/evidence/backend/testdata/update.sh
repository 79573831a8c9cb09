#!/bin/sh
# Compiles calls.c, calls.rs and self_test.* with the compilers at hand and keeps of their text what the reader looks at.
# Usage: update.sh NAME (clang-22, rustc-1.96 ..) COMPILER [WORD ..]
# It writes more files than tests.rs names; those that it does not name need not be kept. rustc 1.97 wants NEXT_ARG=next_arg.
set -eu
cd "$(dirname "$0")"
name=$1
shift
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

trim() {
    awk '
        $0 == "--- |" { module = 1; print; next }
        module && ($0 == "..." || /^  target triple/) { print; if ($0 == "...") module = 0; next }
        module { next }
        $0 == "---" { document = ""; skip = 0; inside = 1; keep = 0; next }
        inside && /^name:/ { skip = $2 ~ /^_/ }
        inside && $0 == "..." { if (!skip) printf "---\n%s...\n", document; inside = 0; next }
        inside && /^[a-zA-Z]/ { keep = /^(name|liveins|frameInfo|fixedStack|body):/ }
        inside && /^  / && $1 ~ /^(is|has|stack|offset|max|adjusts|function|cv|local|save|restore)/ && $1 != "hasVAStart:" && $1 ~ /:$/ { next }
        inside && keep { document = document $0 "\n" }
    '
}

for level in 0 2; do
    for source in calls self_test; do
        case $name in
        clang-*)
            "$@" -w -S "-O$level" -fPIC --target=x86_64-unknown-linux-gnu -mllvm -stop-after=finalize-isel \
                "$source.c" -o "$scratch/text"
            ;;
        rustc-*)
            sed "s/NEXT_ARG/rest.${NEXT_ARG:-arg}::<i32>()/" "$source.rs" > "$scratch/$source.rs"
            RUSTC_BOOTSTRAP=1 "$@" -Awarnings --edition 2024 --crate-type lib --crate-name calls -Cpanic=abort \
                "-Copt-level=$level" -g --emit=asm -Cllvm-args=-stop-after=finalize-isel -Ccodegen-units=1 \
                "$scratch/$source.rs" -o "$scratch/text"
            ;;
        esac
        trim < "$scratch/text" > "$source.$name.O$level.mir"
    done
done
