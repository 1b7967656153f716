//! [`Authentication`]: who checks that clients have signed in.

#[cfg(feature = "auth")]
use mcp_trigger_core::auth::TokenValidation;

/// Who checks that clients have signed in: [`App::authentication`](crate::App::authentication). Default: nobody; a key of the function
/// app protects the functions.
///
/// ```no_run
/// use mcp_trigger::{App, Authentication, ExitCode};
///
/// fn main() -> ExitCode {
///     App::new().authentication(Authentication::BuiltIn).run()
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Authentication {
    /// The built-in authentication of App Service, which stands before the function app: it sends clients to the sign-in, validates
    /// their tokens, and tells the app who calls. The app serves nobody while it is switched off, except on a developer's machine, and
    /// nobody who has not signed in.
    BuiltIn,
    /// The app itself, at `/mcp`: where no App Service stands before it, such as in a container. Needs the feature `auth`.
    #[cfg(feature = "auth")]
    Tokens(TokenValidation),
}

#[cfg(feature = "auth")]
impl From<TokenValidation> for Authentication {
    fn from(validation: TokenValidation) -> Self {
        Authentication::Tokens(validation)
    }
}
