// Shows what `get_weather` answers. The host of this view calls the tool and sends arguments and result here; all talk with it
// is JSON-RPC 2.0 over `postMessage` (MCP Apps, 2026-01-26).

const element = (id) => document.getElementById(id);

// ---- the host

const host = window.parent;
const waiting = new Map();
let lastId = 0;

function notify(method, params = {}) {
  // The host's origin is not known, and nothing here is a secret.
  host.postMessage({ jsonrpc: "2.0", method, params }, "*");
}

function request(method, params) {
  const id = ++lastId;
  host.postMessage({ jsonrpc: "2.0", id, method, params }, "*");
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

window.addEventListener("message", ({ source, data }) => {
  if (source !== host || data?.jsonrpc !== "2.0") return;
  if (data.method === undefined) {
    const call = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.error) call?.reject(new Error(data.error.message));
    else call?.resolve(data.result);
  } else if (data.id === undefined) {
    notifications[data.method]?.(data.params ?? {});
  } else {
    // There is nothing to save when the view is taken down.
    const known = data.method === "ping" || data.method === "ui/resource-teardown";
    const answer = known ? { result: {} } : { error: { code: -32601, message: `unknown method ${data.method}` } };
    host.postMessage({ jsonrpc: "2.0", id: data.id, ...answer }, "*");
  }
});

const notifications = {
  "ui/notifications/tool-input": (params) => {
    toolArguments = params.arguments ?? {};
    if (toolArguments.location) element("location").textContent = toolArguments.location;
  },
  "ui/notifications/tool-result": show,
  "ui/notifications/tool-cancelled": () => say("The call was cancelled."),
  "ui/notifications/host-context-changed": adapt,
};

// ---- what is shown

let toolArguments;
let tool = "get_weather";
let locale;

/** Looks as the host looks; called again with what has changed. */
function adapt(context) {
  const root = document.documentElement;
  if (context.theme) root.style.colorScheme = context.theme;
  for (const [name, value] of Object.entries(context.styles?.variables ?? {})) {
    if (value) root.style.setProperty(name, value);
  }
  tool = context.toolInfo?.tool.name ?? tool;
  locale = context.locale ?? locale;
}

function show(result) {
  const weather = result.structuredContent;
  if (result.isError || !weather) {
    const text = result.content?.find((block) => block.type === "text")?.text;
    say(text ?? "There is no weather to show.", result.isError);
    return;
  }
  const unit = weather.unit === "fahrenheit" ? "°F" : "°C";
  const number = (value, digits = 0) =>
    new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

  element("location").textContent = weather.location;
  element("temperature").textContent = `${number(weather.temperature, 1)} ${unit}`;
  element("condition").textContent = weather.condition;
  element("humidity").textContent = `${number(weather.humidity)} %`;
  element("wind").textContent = `${number(weather.wind, 1)} m/s`;
  picture(element("icon"), weather.condition);

  const days = (weather.forecast ?? []).map((day) => {
    const item = element("day").content.cloneNode(true);
    item.querySelector(".name").textContent = day.day;
    item.querySelector(".high").textContent = `${number(day.high)}°`;
    item.querySelector(".low").textContent = `${number(day.low)}°`;
    picture(item.querySelector(".icon"), day.condition);
    return item;
  });
  element("forecast").replaceChildren(...days);

  element("now").hidden = false;
  element("forecast").hidden = days.length === 0;
  say("");
}

function picture(icon, condition) {
  icon.className = `icon ${condition}`;
  icon.setAttribute("aria-label", condition);
}

function say(text, failed = false) {
  element("status").textContent = text;
  element("status").classList.toggle("failed", failed);
  busy(false);
}

function busy(is) {
  element("weather").setAttribute("aria-busy", is);
  // Not `disabled`: that would take the keyboard's focus away.
  element("refresh").setAttribute("aria-disabled", is);
}

element("refresh").addEventListener("click", async () => {
  if (element("refresh").getAttribute("aria-disabled") === "true") return;
  busy(true);
  try {
    const known = toolArguments ?? { location: element("location").textContent };
    show(await request("tools/call", { name: tool, arguments: known }));
  } catch (error) {
    say(error.message, true);
  }
});

// ---- the start

try {
  const answer = await request("ui/initialize", {
    protocolVersion: "2026-01-26",
    appInfo: { name: "weather", version: "1.0.0" },
    appCapabilities: { availableDisplayModes: ["inline"] },
  });
  adapt(answer.hostContext ?? {});
  element("refresh").hidden = !answer.hostCapabilities?.serverTools;
  notify("ui/notifications/initialized");
  const report = () => notify("ui/notifications/size-changed", { height: Math.ceil(element("weather").offsetHeight) });
  new ResizeObserver(report).observe(element("weather"));
} catch (error) {
  say(error.message, true);
}
