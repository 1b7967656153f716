//! Resources without a macro.

use super::details::{Details, setters};
use super::{Registered, Runs, leak_run, text_argument};
use crate::function::completion::{Completer, Completions, leak_completer};
use crate::function::context::Context;
use crate::function::params::TextProperty;
use crate::function::result::{IntoResourceContents, resource_result};
use crate::function::{Cache, CacheScope, Call, Kind, Resource, ResourceFuture, Run};
use host_protocol::content::ResourceContents;
use host_protocol::uri::UriTemplate;
use std::collections::HashMap;
use std::panic::Location;
use std::time::Duration;

/// A resource without a macro, or a template of many, for [`App::resource`](crate::App::resource).
///
/// ```
/// use mcp_trigger::DynamicResource;
///
/// // Files that are known only at run time.
/// let resources = ["readme", "licence"].map(|name| {
///     DynamicResource::new(format!("docs://{name}"), name, move |_| async move {
///         std::fs::read_to_string(format!("docs/{name}.md"))
///     })
///     .mime_type("text/markdown")
/// });
///
/// let profiles = DynamicResource::new("users://{id}/profile", "profile", |parameters| async move {
///     format!("the profile of {}", parameters["id"])
/// });
/// # let _ = (resources, profiles);
/// ```
#[must_use = "a resource does nothing until an app has it"]
pub struct DynamicResource {
    pub(super) details: Details,
    uri: String,
    mime_type: Option<String>,
    size: Option<u64>,
    percent_decode: bool,
    cache: Option<Duration>,
    cache_scope: CacheScope,
    completers: Vec<(String, Run<Completions>)>,
    runs: Box<dyn Runs<Option<ResourceContents>, Names>>,
}

setters!(DynamicResource);

/// The code of a [`DynamicResource`], as a type. Unlike a closure it gets the [`Context`] of the call.
///
/// ```
/// use mcp_trigger::dynamic::ResourceHandler;
/// use mcp_trigger::{Context, DynamicResource};
/// use std::collections::HashMap;
///
/// /// Texts that are in memory.
/// struct Texts(HashMap<String, String>);
///
/// impl ResourceHandler for Texts {
///     type Output = Option<String>;
///
///     async fn read(&self, parameters: HashMap<String, String>, cx: &Context) -> Option<String> {
///         cx.info(format_args!("reading {}", parameters["name"]));
///         self.0.get(&parameters["name"]).cloned()
///     }
/// }
///
/// let texts = DynamicResource::from_handler("texts://{name}", "text", Texts(HashMap::new()));
/// # let _ = texts;
/// ```
pub trait ResourceHandler: Send + Sync + 'static {
    /// The contents; `None` if there is no resource at the address.
    type Output: IntoResourceContents;

    /// Reads the contents. `parameters` has the values of the template's parameters, by name.
    fn read(&self, parameters: HashMap<String, String>, context: &Context)
    -> impl Future<Output = Self::Output> + Send;
}

impl DynamicResource {
    /// A resource that runs a closure. `uri` is an address, or a template with `{parameters}`; the closure gets their values by
    /// name.
    #[track_caller]
    pub fn new<F, R>(uri: impl Into<String>, name: impl Into<String>, read: F) -> Self
    where
        F: Fn(HashMap<String, String>) -> R + Send + Sync + 'static,
        R: Future<Output: IntoResourceContents> + Send + 'static,
    {
        DynamicResource::from_handler(uri, name, Closure(read))
    }

    /// A resource that runs a [`ResourceHandler`].
    #[track_caller]
    pub fn from_handler<H: ResourceHandler>(uri: impl Into<String>, name: impl Into<String>, handler: H) -> Self {
        DynamicResource {
            details: Details::new::<H>(name.into(), Location::caller()),
            uri: uri.into(),
            mime_type: resource_result::<H::Output>().mime_type.map(str::to_owned),
            size: None,
            percent_decode: false,
            cache: None,
            cache_scope: CacheScope::Private,
            completers: Vec::new(),
            runs: Box::new(Handled(handler)),
        }
    }

    /// Sets the MIME type of contents that have no MIME type of their own.
    pub fn mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }

    /// Sets the size of the contents, in bytes.
    pub fn size(mut self, bytes: u64) -> Self {
        self.size = Some(bytes);
        self
    }

    /// Decodes percent-encoded characters in the parameters, `%20` for example. The host leaves them as they are.
    pub fn percent_decode(mut self) -> Self {
        self.percent_decode = true;
        self
    }

    /// Lets clients cache the contents for this time, at `/mcp` since MCP 2026-07-28. Default: no caching.
    pub fn cache(mut self, lifetime: Duration) -> Self {
        self.cache = Some(lifetime);
        self
    }

    /// Sets the clients that may get cached contents. Default: the client that read them.
    pub fn cache_scope(mut self, scope: CacheScope) -> Self {
        self.cache_scope = scope;
        self
    }

    /// Completes a parameter of the address while the user types, at `/mcp`: from a list of texts, or with a function. See
    /// [`Completer`].
    pub fn complete<How: 'static, C>(mut self, parameter: impl Into<String>, completer: C) -> Self
    where
        C: for<'c> Completer<'c, How> + Send + Sync + 'static,
    {
        self.completers.push((parameter.into(), leak_completer(completer)));
        self
    }

    pub(crate) fn register(self) -> Registered {
        let DynamicResource { mut details, uri, mime_type, size, percent_decode, cache, cache_scope, completers, runs } =
            self;
        if cache_scope == CacheScope::Public && (details.roles.is_some() || details.scopes.is_some()) {
            let mistake = "its contents are for some only, so they cannot be kept for everybody: keep them private";
            details.mistakes.push(mistake.to_owned());
        }
        let mut parameters: Vec<TextProperty> = Vec::new();
        match UriTemplate::parse(&uri) {
            Ok(template) => {
                parameters.extend(template.parameters().map(|name| text_argument(name.to_owned(), true)));
                details.complete(&mut parameters, completers);
            }
            Err(error) => details.mistakes.push(error.to_string()),
        }
        if details.name.trim().is_empty() {
            details.mistakes.push(format!("the name of the resource `{uri}` cannot be empty"));
        }
        let names: Names = parameters.iter().map(|parameter| parameter.name.to_owned()).collect();
        details.register(|name| {
            Kind::Resource(Resource {
                uri: uri.leak(),
                name,
                mime_type: mime_type.map(|mime_type| &*mime_type.leak()),
                size,
                parameters: parameters.leak(),
                percent_decode,
                cache: cache.map(|lifetime| Cache { lifetime, scope: cache_scope }),
                run: leak_run(runs, names),
            })
        })
    }
}

/// The names of a template's parameters.
type Names = Vec<String>;

struct Handled<H>(H);

impl<H: ResourceHandler> Runs<Option<ResourceContents>, Names> for Handled<H> {
    fn run<'a>(&'a self, call: &'a Call<'a>, names: &'a Names) -> ResourceFuture<'a> {
        Box::pin(async move {
            let parameters = call.uri_parameters(names)?;
            self.0.read(parameters, call.context()).await.into_resource_contents()
        })
    }
}

struct Closure<F>(F);

impl<F, R> ResourceHandler for Closure<F>
where
    F: Fn(HashMap<String, String>) -> R + Send + Sync + 'static,
    R: Future<Output: IntoResourceContents> + Send + 'static,
{
    type Output = R::Output;

    fn read(&self, parameters: HashMap<String, String>, _: &Context) -> impl Future<Output = R::Output> + Send {
        (self.0)(parameters)
    }
}
