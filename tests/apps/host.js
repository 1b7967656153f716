// A host of MCP Apps, as small as one can be: the tool with a view is called, and the view shown (MCP Apps, 2026-01-26).
//
// The query says with what: `?arguments={…}&theme=dark`. What happened stands in `#report`, as JSON; the title is `shown` when
// the view has got the tool's result, `failed` after a mistake.

const MIME_TYPE = "text/html;profile=mcp-app";
const query = new URLSearchParams(location.search);
const theme = query.get("theme") ?? "light";
const frame = document.getElementById("view");

const report = { errors: [], received: [], calls: [] };

function tell() {
  document.getElementById("report").textContent = JSON.stringify(report);
}

function fail(error) {
  report.errors.push(String(error?.message ?? error));
  document.title = "failed";
  tell();
}

function check(condition, message) {
  if (!condition) throw new Error(message);
}

// ---- the server

let session;
let lastId = 0;

async function post(message) {
  const headers = { "Content-Type": "application/json", Accept: "application/json, text/event-stream" };
  if (session) headers["Mcp-Session-Id"] = session;
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  const response = await fetch("/runtime/webhooks/mcp", { method: "POST", headers, body });
  check(response.ok, `${message.method}: status ${response.status}`);
  session = response.headers.get("Mcp-Session-Id") ?? session;
  return response.text();
}

/** The response to a request: the one event of the answer. */
async function call(method, params = {}) {
  const text = await post({ id: ++lastId, method, params });
  const data = text.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5));
  const answer = JSON.parse(data.join("\n"));
  check(answer.id === lastId, `${method}: the answer is to another request`);
  return answer;
}

async function result(method, params) {
  const answer = await call(method, params);
  check(!answer.error, `${method}: ${answer.error?.message}`);
  return answer.result;
}

// ---- the view

function send(message) {
  frame.contentWindow.postMessage({ jsonrpc: "2.0", ...message }, "*");
}

/** What the view may load: what its resource declares, and nothing else ("Host Behavior", "Sandbox proxy"). */
function policy({ connectDomains = [], resourceDomains = [], frameDomains = [], baseUriDomains = [] } = {}) {
  const sources = (...all) => (all.length > 0 ? all.join(" ") : "'none'");
  return [
    "default-src 'none'",
    `script-src ${sources("'self'", "'unsafe-inline'", ...resourceDomains)}`,
    `style-src ${sources("'self'", "'unsafe-inline'", ...resourceDomains)}`,
    `img-src ${sources("'self'", "data:", ...resourceDomains)}`,
    `media-src ${sources("'self'", "data:", ...resourceDomains)}`,
    `font-src ${sources("'self'", ...resourceDomains)}`,
    `connect-src ${sources(...connectDomains)}`,
    `frame-src ${sources(...frameDomains)}`,
    `base-uri ${sources("'self'", ...baseUriDomains)}`,
    "object-src 'none'",
  ].join("; ");
}

/** The page with its policy in front of everything that it could load. */
function guarded(html, csp) {
  const meta = document.createElement("meta");
  meta.httpEquiv = "Content-Security-Policy";
  meta.content = policy(csp);
  check(/<head\b[^>]*>/i.test(html), "the view has no <head>");
  return html.replace(/<head\b[^>]*>/i, (head) => head + meta.outerHTML);
}

/** Answers the view until it says that it is ready, and from then on. */
function serve(tool, tools) {
  const { promise: ready, resolve } = Promise.withResolvers();
  const requests = {
    "ui/initialize": (params) => {
      report.initialize = params;
      return {
        protocolVersion: "2026-01-26",
        hostInfo: { name: "test-host", version: "1.0.0" },
        hostCapabilities: { serverTools: {} },
        hostContext: {
          theme,
          locale: "en-GB",
          displayMode: "inline",
          availableDisplayModes: ["inline"],
          containerDimensions: { width: frame.clientWidth, maxHeight: 2000 },
          toolInfo: { tool },
        },
      };
    },
    "tools/call": async (params) => {
      const called = tools.find((tool) => tool.name === params.name);
      check(called?._meta?.ui?.visibility?.includes("app") ?? called, `${params.name} is not for views`);
      const answer = await result("tools/call", params);
      report.calls.push({ params, result: answer });
      return answer;
    },
    ping: () => ({}),
  };
  const notifications = {
    "ui/notifications/initialized": resolve,
    "ui/notifications/size-changed": ({ height }) => {
      report.height = height;
      frame.style.height = `${height + frame.offsetHeight - frame.clientHeight}px`;
    },
  };
  window.addEventListener("message", async ({ source, data }) => {
    if (source !== frame.contentWindow) return;
    report.received.push(data.method);
    try {
      check(data.jsonrpc === "2.0", "the view does not speak JSON-RPC 2.0");
      const known = data.id === undefined ? notifications[data.method] : requests[data.method];
      check(known, `the view sends ${data.method}, which this host does not know`);
      const answer = await known(data.params);
      if (data.id !== undefined) send({ id: data.id, result: answer });
    } catch (error) {
      if (data.id !== undefined) send({ id: data.id, error: { code: -32603, message: error.message } });
      fail(error);
    }
    tell();
  });
  return ready;
}

async function main() {
  document.documentElement.dataset.theme = theme;
  const capabilities = { extensions: { "io.modelcontextprotocol/ui": { mimeTypes: [MIME_TYPE] } } };
  const clientInfo = { name: "test-host", version: "1.0.0" };
  await result("initialize", { protocolVersion: "2025-06-18", capabilities, clientInfo });
  await post({ method: "notifications/initialized" });

  const { tools } = await result("tools/list");
  const tool = tools.find((tool) => tool._meta?.ui?.resourceUri);
  check(tool, "no tool has a view");
  const uri = tool._meta.ui.resourceUri;
  check(uri.startsWith("ui://"), `${uri} does not begin with ui://`);
  const { contents } = await result("resources/read", { uri });
  const [content] = contents;
  check(contents.length === 1 && content.uri === uri, `resources/read answers something else than ${uri}`);
  check(content.mimeType === MIME_TYPE, `the view's type is ${content.mimeType}`);
  const meta = content._meta?.ui ?? {};
  Object.assign(report, { tool: tool.name, uri, meta });

  const ready = serve(tool, tools);
  frame.classList.toggle("bordered", meta.prefersBorder ?? false);
  frame.srcdoc = guarded(content.text, meta.csp);
  await ready;
  const toolArguments = JSON.parse(query.get("arguments") ?? "{}");
  send({ method: "ui/notifications/tool-input", params: { arguments: toolArguments } });
  report.result = await result("tools/call", { name: tool.name, arguments: toolArguments });
  send({ method: "ui/notifications/tool-result", params: report.result });
  if (report.errors.length === 0) document.title = "shown";
  tell();
}

main().catch(fail);
