//! What the compiler says when a function cannot be a tool: `ui/README.md`.

#[test]
fn compile_errors() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/tool/*.rs");
    cases.pass("tests/ui/pass/*.rs");
}
