//! Arrays of length zero, of which the psABI does not speak: gcc classifies one element where it does not begin an eightbyte.

use super::*;

/// gcc gives a struct as such an element to rule 5, by the eightbytes that it would touch: more than two are memory.
#[test]
fn an_element_that_is_a_struct_is_classified_on_its_own() {
    check(
        C,
        &[
            // From byte 4 on, 12 bytes touch two eightbytes and 13 touch three.
            ("{ f32 [0 { [12 i8] }] }", "gcc rdi:4 => | clang xmm0:4 =>"),
            ("{ f32 [0 { [13 i8] }] }", "gcc [rsp+8]:4 => | clang xmm0:4 =>"),
            // From byte 12 on, which is byte 4 of its eightbyte, it is the same. The padding at the end belongs to the slot.
            (
                "{ f64 f32 [0 { [12 i8] }] }",
                "gcc xmm0:8 rdi:8 => | clang xmm0:8 xmm1:8 =>",
            ),
            (
                "{ f64 f32 [0 { [13 i8] }] }",
                "gcc [rsp+8]:16 => | clang xmm0:8 xmm1:8 =>",
            ),
            // Rule 5 is for aggregates; the elements of an array are classified one by one.
            ("{ f32 [0 [13 i8]] }", "gcc rdi:4 => | clang xmm0:4 =>"),
        ],
    );
}
