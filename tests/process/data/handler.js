// A handler that says how it was started.
const server = require("http").createServer((request, response) => {
  const started = { argv: process.argv.slice(2), cwd: process.cwd() };
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({ ReturnValue: JSON.stringify(started) }));
});
server.listen(process.env.FUNCTIONS_CUSTOMHANDLER_PORT, "127.0.0.1");
