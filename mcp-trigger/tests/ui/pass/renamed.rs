//! `crate = …` is where everything is found: there is no `mcp_trigger` here otherwise.

#![no_implicit_prelude]

mod mcp_trigger {}

mod facade {
    pub extern crate mcp_trigger as tools;
}

/// Found.
#[facade::tools::mcp_tool(crate = facade::tools)]
fn found(name: ::std::string::String, #[arg(default = "x")] more: ::std::string::String) -> ::std::string::String {
    let _ = more;
    name
}

macro_rules! through_a_macro {
    ($name:ident) => {
        #[facade::tools::mcp_tool(crate = $crate::facade::tools)]
        fn $name() {}
    };
}
through_a_macro!(second);

fn main() {
    let _ = found(::std::default::Default::default(), ::std::default::Default::default());
    second();
}
