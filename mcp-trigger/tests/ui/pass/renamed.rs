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

/// With a view, bindings and all else that needs paths.
#[facade::tools::mcp_tool(
    crate = facade::tools,
    roles("admin"),
    icons("https://example.com/a.png"),
    app(view = "Cargo.toml", title = "View")
)]
fn shown(
    _: facade::tools::Principal,
    #[input(blob, path = "snippets/a.txt")] text: ::std::string::String,
    #[output(queue, queue_name = "notes")] note: facade::tools::Output<::std::string::String>,
) {
    note.set(text);
}

#[facade::tools::mcp_resource("docs://{name}", crate = facade::tools)]
fn doc(name: ::std::string::String) -> ::std::string::String {
    name
}

#[facade::tools::mcp_prompt(crate = facade::tools)]
fn ask(#[arg(title = "Name", default = "x")] name: ::std::string::String) -> ::std::string::String {
    name
}

macro_rules! through_a_macro {
    ($name:ident) => {
        #[facade::tools::mcp_tool(crate = $crate::facade::tools)]
        fn $name() {}

        mod resources {
            #[$crate::facade::tools::mcp_resource("docs://other", crate = $crate::facade::tools)]
            fn $name() -> ::std::string::String {
                ::std::string::String::new()
            }
        }
    };
}
through_a_macro!(second);

fn main() {
    let _ = found(::std::default::Default::default(), ::std::default::Default::default());
    second();
    let note = facade::tools::Output::new();
    shown(facade::tools::Principal::new("a"), ::std::default::Default::default(), note);
    let _ = (doc(::std::default::Default::default()), ask(::std::default::Default::default()));
}
