import json, os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

def text_of(call):  # the trigger value: JSON in a JSON string in a JSON string
    arguments = json.loads(json.loads(call["Data"]["toolTrigger"])).get("arguments", {})
    return f"Hello, {arguments['name']}, from Python!"

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):  # the host asks whether it is ready
        self.send_response(404)
        self.end_headers()

    def do_POST(self):
        call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        reply = json.dumps({"Logs": [f"{self.path} ran"], "ReturnValue": text_of(call)}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

ThreadingHTTPServer(("127.0.0.1", int(os.environ["FUNCTIONS_CUSTOMHANDLER_PORT"])), Handler).serve_forever()
