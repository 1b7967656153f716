/// Reviews code.
fn review(code: String, focus: Option<String>) -> String {}
#[allow(deprecated)]
const _: () = {
    const __MCP_TRIGGER_0: ::mcp_trigger::__private::TextSpec<String> = ::mcp_trigger::__private::text_spec::<
        String,
    >("code", "The code")
        .with_title("Code");
    const __MCP_TRIGGER_1: ::mcp_trigger::__private::TextSpec<Option<String>> = ::mcp_trigger::__private::text_spec::<
        Option<String>,
    >("focus", "")
        .completed_by(
            ::mcp_trigger::__private::Run::blocking(
                &|__call| ::mcp_trigger::__private::complete(__call, focuses),
            ),
        );
    fn __mcp_trigger_call<'a>(
        __call: &'a ::mcp_trigger::__private::Call<'a>,
    ) -> ::mcp_trigger::__private::PromptFuture<'a> {
        ::mcp_trigger::__private::the_future_of_a_function_must_be_send(async move {
            let __param_0 = ::mcp_trigger::__private::Call::text_argument(
                __call,
                &__MCP_TRIGGER_0,
            )?;
            let __param_1 = ::mcp_trigger::__private::Call::text_argument(
                __call,
                &__MCP_TRIGGER_1,
            )?;
            let __result = review(__param_0, __param_1);
            ::mcp_trigger::__private::prompt_result::<String>().into_outcome(__result)
        })
    }
    static __MCP_TRIGGER_POLLS: ::mcp_trigger::__private::PollHistory = ::mcp_trigger::__private::PollHistory::new();
    static __MCP_TRIGGER_FUNCTION: ::mcp_trigger::__private::Function = ::mcp_trigger::__private::Function {
        name: "review",
        title: ::core::option::Option::None,
        description: "Reviews code.",
        meta: ::core::option::Option::None,
        icons: &[
            ::mcp_trigger::__private::Icon {
                src: "https://example.com/a.png",
                mime_type: ::core::option::Option::None,
                sizes: &[],
                theme: ::core::option::Option::None,
            },
        ],
        timeout: ::core::option::Option::None,
        access: ::core::option::Option::None,
        states: &[],
        bindings: &[],
        location: ::mcp_trigger::__private::Location {
            file: ::core::file!(),
            line: ::core::line!(),
            module: ::core::module_path!(),
        },
        kind: ::mcp_trigger::__private::Kind::Prompt(::mcp_trigger::__private::Prompt {
            name: "code-review",
            arguments: &[__MCP_TRIGGER_0.property, __MCP_TRIGGER_1.property],
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
