/// Who somebody is.
async fn profile(
    id: u64,
    caller: Option<Principal>,
) -> Result<Json<Profile>, ResourceError> {}
#[allow(deprecated)]
const _: () = {
    const __MCP_TRIGGER_0: ::mcp_trigger::__private::TextSpec<u64> = ::mcp_trigger::__private::text_spec::<
        u64,
    >("id", "");
    fn __mcp_trigger_call<'a>(
        __call: &'a ::mcp_trigger::__private::Call<'a>,
    ) -> ::mcp_trigger::__private::ResourceFuture<'a> {
        ::mcp_trigger::__private::the_future_of_a_function_must_be_send(async move {
            let __param_0 = ::mcp_trigger::__private::Call::uri_parameter(
                __call,
                &__MCP_TRIGGER_0,
            )?;
            let __param_1 = ::mcp_trigger::__private::Call::optional_principal(__call);
            let __result = profile(__param_0, __param_1).await;
            ::mcp_trigger::__private::resource_result::<
                Result<Json<Profile>, ResourceError>,
            >()
                .into_outcome(__result)
        })
    }
    static __MCP_TRIGGER_POLLS: ::mcp_trigger::__private::PollHistory = ::mcp_trigger::__private::PollHistory::new();
    static __MCP_TRIGGER_FUNCTION: ::mcp_trigger::__private::Function = ::mcp_trigger::__private::Function {
        name: "profile",
        title: ::core::option::Option::None,
        description: "Who somebody is.",
        meta: ::core::option::Option::None,
        icons: &[],
        timeout: ::core::option::Option::None,
        access: ::core::option::Option::None,
        states: &[],
        bindings: &[],
        location: ::mcp_trigger::__private::Location {
            file: ::core::file!(),
            line: ::core::line!(),
            module: ::core::module_path!(),
        },
        kind: ::mcp_trigger::__private::Kind::Resource(::mcp_trigger::__private::Resource {
            uri: "users://{id}/profile",
            name: "profile",
            mime_type: ::mcp_trigger::__private::resource_result::<
                Result<Json<Profile>, ResourceError>,
            >()
                .mime_type,
            size: ::core::option::Option::Some(12),
            parameters: &[__MCP_TRIGGER_0.property],
            percent_decode: true,
            cache: ::core::option::Option::None,
            run: ::mcp_trigger::__private::Run::new(
                &__mcp_trigger_call,
                &__MCP_TRIGGER_POLLS,
            ),
        }),
    };
    ::mcp_trigger::__private::inventory::submit! {
        ::mcp_trigger::__private::Registration(& __MCP_TRIGGER_FUNCTION)
    }
};
