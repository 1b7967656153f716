//! A tool may stand in the body of another function, as test helpers do.

#![deny(warnings)]

use mcp_trigger::__private::{Registration, inventory};

fn main() {
    #[derive(serde::Deserialize, schemars::JsonSchema)]
    struct Local(u8);

    #[mcp_trigger::mcp_tool]
    fn inside(value: Local) -> u8 {
        value.0
    }

    assert_eq!(inside(Local(3)), 3);
    assert_eq!(inventory::iter::<Registration>.into_iter().count(), 1);
}
