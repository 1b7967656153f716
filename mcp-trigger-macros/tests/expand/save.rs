/// Saves a snippet.
#[tracing::instrument]
pub async fn save(
    name: String,
    stars: u8,
    file: Output<String>,
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
            .lenient()
            .with_default(
                __default,
                || ::mcp_trigger::__private::default_json::<u8>(__default()),
            )
    };
    const __MCP_TRIGGER_2: ::mcp_trigger::__private::OutputSpec<String> = ::mcp_trigger::__private::blob_output_spec::<
        String,
    >(::mcp_trigger::__private::Binding {
        name: "file",
        kind: "blob",
        is_output: true,
        properties: "{\"path\":\"snippets/{mcptoolargs.snippetname}.txt\",\"connection\":\"AzureWebJobsStorage\"}",
    });
    const __MCP_TRIGGER_4: ::mcp_trigger::__private::StateSpec<Db> = ::mcp_trigger::__private::state_spec::<
        Db,
    >();
    fn __mcp_trigger_call<'a>(
        __call: &'a ::mcp_trigger::__private::Call<'a>,
    ) -> ::mcp_trigger::__private::ToolFuture<'a> {
        ::mcp_trigger::__private::the_future_of_a_function_must_be_send(async move {
            let __param_0 = ::mcp_trigger::__private::Call::argument(
                __call,
                &__MCP_TRIGGER_0,
            )?;
            let __param_1 = ::mcp_trigger::__private::Call::argument(
                __call,
                &__MCP_TRIGGER_1,
            )?;
            let __param_2 = __MCP_TRIGGER_2.open();
            let __param_3 = ::mcp_trigger::__private::Call::context(__call);
            let __param_4 = ::mcp_trigger::__private::Call::state(
                __call,
                &__MCP_TRIGGER_4,
            )?;
            let __param_2_kept = ::core::clone::Clone::clone(&__param_2);
            let __result = save(__param_0, __param_1, __param_2, __param_3, __param_4)
                .await;
            let __outcome = ::mcp_trigger::__private::tool_result::<
                Result<Json<Saved>, ToolError>,
            >()
                .into_outcome(__result)?;
            ::mcp_trigger::__private::Call::write(
                __call,
                &__MCP_TRIGGER_2,
                __param_2_kept,
            )?;
            ::core::result::Result::Ok(__outcome)
        })
    }
    static __MCP_TRIGGER_POLLS: ::mcp_trigger::__private::PollHistory = ::mcp_trigger::__private::PollHistory::new();
    static __MCP_TRIGGER_FUNCTION: ::mcp_trigger::__private::Function = ::mcp_trigger::__private::Function {
        name: "save",
        title: ::core::option::Option::Some("Save"),
        description: "Saves a snippet.",
        meta: ::core::option::Option::None,
        icons: &[],
        timeout: ::core::option::Option::Some(
            ::core::time::Duration::from_millis(30000u64),
        ),
        access: ::core::option::Option::Some(::mcp_trigger::__private::Access {
            roles: &["writer"],
            scopes: &[],
        }),
        states: &[__MCP_TRIGGER_4.wanted],
        bindings: &[__MCP_TRIGGER_2.binding],
        location: ::mcp_trigger::__private::Location {
            file: ::core::file!(),
            line: ::core::line!(),
            module: ::core::module_path!(),
        },
        kind: ::mcp_trigger::__private::Kind::Tool(::mcp_trigger::__private::Tool {
            name: "save",
            hints: ::mcp_trigger::__private::Hints {
                read_only: ::core::option::Option::None,
                destructive: ::core::option::Option::None,
                idempotent: ::core::option::Option::Some(true),
                open_world: ::core::option::Option::None,
            },
            arguments: ::mcp_trigger::__private::Arguments::Properties(
                &[__MCP_TRIGGER_0.property, __MCP_TRIGGER_1.property],
            ),
            output_schema: ::mcp_trigger::__private::tool_result::<
                Result<Json<Saved>, ToolError>,
            >()
                .output_schema,
            task: ::mcp_trigger::__private::TaskSupport::Never,
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
