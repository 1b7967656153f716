fn weather() {}
#[allow(deprecated)]
const _: () = {
    fn __mcp_trigger_call<'a>(
        __call: &'a ::mcp_trigger::__private::Call<'a>,
    ) -> ::mcp_trigger::__private::ToolFuture<'a> {
        ::mcp_trigger::__private::the_future_of_a_function_must_be_send(async move {
            let __result = weather();
            ::mcp_trigger::__private::tool_result::<()>().into_outcome(__result)
        })
    }
    static __MCP_TRIGGER_POLLS: ::mcp_trigger::__private::PollHistory = ::mcp_trigger::__private::PollHistory::new();
    static __MCP_TRIGGER_FUNCTION: ::mcp_trigger::__private::Function = ::mcp_trigger::__private::Function {
        name: "weather",
        title: ::core::option::Option::None,
        description: "",
        meta: ::core::option::Option::Some(
            "{\"a\": 1,\"ui\":{\"resourceUri\":\"ui://weather/view\",\"visibility\":[\"model\"]}}",
        ),
        icons: &[],
        timeout: ::core::option::Option::None,
        access: ::core::option::Option::Some(::mcp_trigger::__private::Access {
            roles: &["reader"],
            scopes: &[],
        }),
        states: &[],
        bindings: &[],
        location: ::mcp_trigger::__private::Location {
            file: ::core::file!(),
            line: ::core::line!(),
            module: ::core::module_path!(),
        },
        kind: ::mcp_trigger::__private::Kind::Tool(::mcp_trigger::__private::Tool {
            name: "weather",
            hints: ::mcp_trigger::__private::Hints {
                read_only: ::core::option::Option::None,
                destructive: ::core::option::Option::None,
                idempotent: ::core::option::Option::None,
                open_world: ::core::option::Option::None,
            },
            arguments: ::mcp_trigger::__private::Arguments::Properties(&[]),
            output_schema: ::mcp_trigger::__private::tool_result::<()>().output_schema,
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
    const _: &[u8] = ::core::include_bytes!("/package/tests/expand/weather.html");
    static __MCP_TRIGGER_VIEW: ::mcp_trigger::__private::View = ::mcp_trigger::__private::View {
        html: "<h1>Weather</h1>\n",
        meta: "{\"ui\":{\"csp\":{\"connectDomains\":[\"https://api.example.com\"],\"baseUriDomains\":[\"https://example.com\"]},\"permissions\":{\"clipboardWrite\":{},\"camera\":{}},\"domain\":\"weather.example\",\"prefersBorder\":true}}",
    };
    static __MCP_TRIGGER_VIEW_POLLS: ::mcp_trigger::__private::PollHistory = ::mcp_trigger::__private::PollHistory::new();
    fn __mcp_trigger_view<'a>(
        _: &'a ::mcp_trigger::__private::Call<'a>,
    ) -> ::mcp_trigger::__private::ResourceFuture<'a> {
        ::mcp_trigger::__private::view_contents(&__MCP_TRIGGER_VIEW)
    }
    static __MCP_TRIGGER_VIEW_FUNCTION: ::mcp_trigger::__private::Function = ::mcp_trigger::__private::Function {
        name: "weather-view",
        title: ::core::option::Option::Some("Weather"),
        description: "",
        meta: ::core::option::Option::None,
        icons: &[],
        timeout: ::core::option::Option::None,
        access: ::core::option::Option::Some(::mcp_trigger::__private::Access {
            roles: &["reader"],
            scopes: &[],
        }),
        states: &[],
        bindings: &[],
        location: ::mcp_trigger::__private::Location {
            file: ::core::file!(),
            line: ::core::line!(),
            module: ::core::module_path!(),
        },
        kind: ::mcp_trigger::__private::Kind::Resource(::mcp_trigger::__private::Resource {
            uri: "ui://weather/view",
            name: "weather_view",
            mime_type: ::core::option::Option::Some(
                ::mcp_trigger::__private::VIEW_MIME_TYPE,
            ),
            size: ::core::option::Option::None,
            parameters: &[],
            percent_decode: false,
            cache: ::core::option::Option::None,
            run: ::mcp_trigger::__private::Run::new(
                &__mcp_trigger_view,
                &__MCP_TRIGGER_VIEW_POLLS,
            ),
        }),
    };
    ::mcp_trigger::__private::inventory::submit! {
        ::mcp_trigger::__private::Registration(& __MCP_TRIGGER_VIEW_FUNCTION)
    }
};
