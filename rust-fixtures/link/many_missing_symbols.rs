unsafe extern "C" {
    fn present(value: u32) -> u32;
    fn absent_01(value: u32) -> u32;
    fn absent_02(value: u32) -> u32;
    fn absent_03(value: u32) -> u32;
    fn absent_04(value: u32) -> u32;
    fn absent_05(value: u32) -> u32;
    fn absent_06(value: u32) -> u32;
    fn absent_07(value: u32) -> u32;
    fn absent_08(value: u32) -> u32;
    fn absent_09(value: u32) -> u32;
    fn absent_10(value: u32) -> u32;
    fn absent_11(value: u32) -> u32;
    fn absent_12(value: u32) -> u32;
    fn absent_13(value: u32) -> u32;
    fn absent_14(value: u32) -> u32;
    fn absent_15(value: u32) -> u32;
    fn absent_16(value: u32) -> u32;
    fn absent_17(value: u32) -> u32;
    fn absent_18(value: u32) -> u32;
    fn absent_19(value: u32) -> u32;
    fn absent_20(value: u32) -> u32;
    fn absent_21(value: u32) -> u32;
    fn absent_22(value: u32) -> u32;
    fn absent_23(value: u32) -> u32;
    fn absent_24(value: u32) -> u32;
}
