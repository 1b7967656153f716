/// Saves a snippet.
#[tracing::instrument]
pub async fn save(
    name: String,
    stars: u8,
    cx: &Context,
    State(db): State<Db>,
) -> Result<Json<Saved>, ToolError> {
    body()
}
#[allow(deprecated)]
const _: () = {
    const __MCP_TRIGGER_0: ::mcp_trigger::__private::ArgSpec<String> = ::mcp_trigger::__private::arg_spec::<
        String,
    >("snippetname", "Its name");
    const __MCP_TRIGGER_1: ::mcp_trigger::__private::ArgSpec<u8> = {
        fn __default() -> u8 {
            3
        }
        ::mcp_trigger::__private::arg_spec::<u8>("stars", "")
            .with_default(
                __default,
                || ::mcp_trigger::__private::default_json::<u8>(__default()),
            )
    };
    const __MCP_TRIGGER_3: ::mcp_trigger::__private::StateSpec<Db> = ::mcp_trigger::__private::state_spec::<
        Db,
    >();
    fn __mcp_trigger_call<'a>(
        __call: &'a ::mcp_trigger::__private::Call<'a>,
    ) -> ::mcp_trigger::__private::BoxFuture<'a, ::mcp_trigger::__private::Outcome> {
        ::mcp_trigger::__private::the_future_of_a_tool_must_be_send(async move {
            let __param_0 = ::mcp_trigger::__private::Call::argument(
                __call,
                &__MCP_TRIGGER_0,
            )?;
            let __param_1 = ::mcp_trigger::__private::Call::argument(
                __call,
                &__MCP_TRIGGER_1,
            )?;
            let __param_2 = ::mcp_trigger::__private::Call::context(__call);
            let __param_3 = ::mcp_trigger::__private::Call::state(
                __call,
                &__MCP_TRIGGER_3,
            )?;
            let __result = save(__param_0, __param_1, __param_2, __param_3).await;
            ::mcp_trigger::__private::result_spec::<Result<Json<Saved>, ToolError>>()
                .into_outcome(__result)
        })
    }
    static __MCP_TRIGGER_TOOL: ::mcp_trigger::__private::Tool = ::mcp_trigger::__private::Tool {
        name: "save",
        function: "save",
        title: ::core::option::Option::Some("Save"),
        description: "Saves a snippet.",
        hints: ::mcp_trigger::__private::Hints {
            read_only: ::core::option::Option::None,
            destructive: ::core::option::Option::None,
            idempotent: ::core::option::Option::Some(true),
            open_world: ::core::option::Option::None,
        },
        meta: ::core::option::Option::None,
        icons: &[],
        timeout: ::core::option::Option::Some(
            ::core::time::Duration::from_millis(30000u64),
        ),
        arguments: ::mcp_trigger::__private::Arguments::Properties(
            &[__MCP_TRIGGER_0.property, __MCP_TRIGGER_1.property],
        ),
        states: &[__MCP_TRIGGER_3.wanted],
        output_schema: ::mcp_trigger::__private::result_spec::<
            Result<Json<Saved>, ToolError>,
        >()
            .output_schema,
        call: __mcp_trigger_call,
        location: ::mcp_trigger::__private::Location {
            file: ::core::file!(),
            line: ::core::line!(),
        },
    };
    ::mcp_trigger::__private::inventory::submit! {
        ::mcp_trigger::__private::Registration(& __MCP_TRIGGER_TOOL)
    }
};
