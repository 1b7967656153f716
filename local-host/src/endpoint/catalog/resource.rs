//! Resources: the part that a call needs, and the listing.

use crate::invoker::BoundFunction;
use host_protocol::function_json::{Binding, ResourceTrigger};
use host_protocol::json::system_text;
use host_protocol::uri::UriTemplate;
use serde::Serialize;
use serde_json::Value;

/// A resource, as reading it needs it.
pub(crate) struct Resource {
    pub(crate) function: BoundFunction,
    /// The address, or the template of addresses.
    pub(crate) uri: UriTemplate,
    /// The MIME type of contents without one of their own.
    pub(crate) mime_type: Option<String>,
}

/// A resource and its listing; `None` if the trigger is in error. The size that a trigger gives is lost on its way to the
/// extension (ground-truth.md §3).
pub(super) fn read(function: BoundFunction, trigger: &Binding) -> Option<(Resource, String)> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct ResourceListing<'a> {
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        title: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        uri: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        uri_template: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        description: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        mime_type: Option<&'a str>,
        #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
        meta: Option<Value>,
    }

    let trigger = ResourceTrigger::try_from(trigger).ok()?;
    let uri = UriTemplate::parse(&trigger.uri).ok()?;
    let (address, template) = if uri.is_template() { (None, Some(uri.as_str())) } else { (Some(uri.as_str()), None) };
    let listing = ResourceListing {
        name: &trigger.resource_name,
        title: trigger.title.as_deref(),
        uri: address,
        uri_template: template,
        description: trigger.description.as_deref(),
        mime_type: trigger.mime_type.as_deref(),
        meta: super::meta(trigger.metadata).ok()?,
    };
    let listing = system_text::to_string(&listing).ok()?;
    Some((Resource { function, uri, mime_type: trigger.mime_type }, listing))
}
