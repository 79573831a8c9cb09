fn main() -> std::process::ExitCode {
    twincall::testing::run(env!("CARGO_MANIFEST_DIR"))
}
