//! The function itself, and where it may stand.

use crate::{arguments, function, is_registered};
use mcp_trigger::mcp_tool;

#[mcp_tool]
#[cfg(any())]
fn left_out() -> NoSuchType {}

#[cfg(any())]
#[mcp_tool]
fn left_out_too() -> NoSuchType {}

#[mcp_tool]
#[cfg(test)]
fn left_in() {}

#[test]
fn a_function_that_is_not_compiled_is_not_registered() {
    assert!(is_registered("left_in") && !is_registered("left_out") && !is_registered("left_out_too"));
    left_in();
}

#[deprecated]
#[must_use]
#[mcp_tool]
pub(crate) fn old() -> bool {
    true
}

#[test]
#[allow(deprecated)]
fn attributes_stay_and_do_not_sting() {
    assert!(old() && is_registered("old"));
}

macro_rules! getter {
    ($(#[$attribute:meta])* $name:ident($parameter:ident: $type:ty) -> $output:ty, $title:literal, $default:expr) => {
        $(#[$attribute])*
        #[mcp_tool(title = $title)]
        fn $name(#[arg(default = $default)] $parameter: $type) -> $output {
            $parameter
        }
    };
}

getter! {
    /// From a macro.
    generated(value: String) -> String, "Generated", "nothing"
}

mod inner {
    // What a macro is given arrives in groups that nobody sees.
    macro_rules! with_context {
        ($context:ty, $reference:ty, $state:ty) => {
            #[mcp_trigger::mcp_tool]
            fn grouped(cx: $reference, state: $state) {
                let _: &$context = cx;
                let _ = state;
            }
        };
    }
    with_context!(mcp_trigger::Context, &mcp_trigger::Context, mcp_trigger::State<u8>);
}

#[test]
fn macros_may_write_tools() {
    assert_eq!(function("generated").title, Some("Generated"));
    assert_eq!(function("generated").description, "From a macro.");
    assert_eq!(arguments("generated"), [("value", "")]);
    assert_eq!(generated("x".to_owned()), "x");
    assert_eq!((arguments("grouped").len(), function("grouped").states.len()), (0, 1));
}

/// Names that the generated code has too.
mod namesakes {
    use mcp_trigger::mcp_tool;

    #[mcp_tool]
    fn call() {}

    #[mcp_tool]
    async fn arg_spec(call: String, name: String) -> String {
        call + &name
    }

    #[mcp_tool]
    fn file(line: u32) -> u32 {
        line
    }
}

#[test]
fn namesakes_do_not_meet() {
    assert!(["call", "arg_spec", "file"].into_iter().all(is_registered));
}
