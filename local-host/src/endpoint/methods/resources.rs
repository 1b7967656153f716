use super::{Methods, Refusal, named, text};
use host_protocol::content::AsExtension;
use host_protocol::invocation::{Caller, ResourceInvocationContext, Trigger};
use host_protocol::uri::is_readable;
use mcp_trigger_core::mcp::jsonrpc::Request;

impl Methods {
    pub(super) async fn read_resource(
        &self,
        request: &Request<'_>,
        caller: impl FnOnce() -> Caller,
    ) -> Result<String, Refusal> {
        let (uri, _) = named(request, "resource", "uri")?;
        if !is_readable(&uri) {
            return Err(Refusal::internal());
        }
        let (resource, parameters) = self.catalog.resource(&uri).ok_or_else(|| Refusal::unknown("resource", &uri))?;

        let parameters = parameters.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let trigger = ResourceInvocationContext::new(&*uri, caller()).with_parameters(parameters);
        let result = self.run(&resource.function, Trigger::Resource(trigger), Vec::new()).await;
        let result = result.ok_or_else(Refusal::internal)?;
        let contents = result.into_resource_contents(&uri, resource.mime_type.as_deref()).map_err(|error| {
            tracing::error!("{}: cannot send its contents: {error}", resource.function);
            Refusal::internal()
        })?;
        let contents = contents.map(|contents| text(&AsExtension(&contents))).transpose()?;
        Ok(format!("{{\"contents\":[{}]}}", contents.unwrap_or_default()))
    }
}
