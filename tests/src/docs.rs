//! The Rust of the README and of the book, as doc tests. Here and not in `mcp-trigger`: this package is never published, so it may look
//! at a file outside of its folder, and its dependencies are all that an example can want.

macro_rules! pages {
    ($($name:ident: $file:literal,)*) => {$(
        #[doc = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../", $file))]
        mod $name {}
    )*};
}

pages! {
    readme: "README.md",
    ask_the_user: "docs/how-to/ask-the-user.md",
    attributes: "docs/reference/attributes.md",
    bindings: "docs/how-to/bindings.md",
    blocking: "docs/how-to/blocking.md",
    errors: "docs/how-to/errors.md",
    http_clients: "docs/how-to/http-clients.md",
    logging: "docs/how-to/logging.md",
    long_work: "docs/how-to/long-work.md",
    middleware: "docs/how-to/middleware.md",
    migrate_csharp: "docs/how-to/migrate-csharp.md",
    migrate_python: "docs/how-to/migrate-python.md",
    migrate_typescript: "docs/how-to/migrate-typescript.md",
    opentelemetry: "docs/how-to/opentelemetry.md",
    state: "docs/how-to/state.md",
    testing: "docs/how-to/testing.md",
    tutorial_authentication: "docs/tutorial/authentication.md",
    tutorial_create: "docs/tutorial/create.md",
    tutorial_sign_in: "docs/tutorial/sign-in.md",
}

#[cfg(feature = "auth")]
pages! {
    on_behalf_of: "docs/how-to/on-behalf-of.md",
    tokens: "docs/how-to/tokens.md",
}
