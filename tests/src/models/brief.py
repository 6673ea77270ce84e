# Stands before a server of models and lets no answer be longer than so many tokens, whatever is asked for: a limit that the
# server has of itself gives way to that of the question. Arguments: port, port of the server, tokens.
# Ends when its standard input does.
import http.client, http.server, json, os, sys, threading

threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
port, server, most = map(int, sys.argv[1:])
LIMITS = {
    "/v1/chat/completions": ["max_completion_tokens", "max_tokens"],
    "/v1/messages": ["max_tokens"],
    "/v1/responses": ["max_output_tokens"],
}


class Brief(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        names = LIMITS.get(self.path)
        if names:
            question = json.loads(body)
            name = next((it for it in names if it in question), names[-1])
            question[name] = min(question.get(name) or most, most)
            body = json.dumps(question).encode()
        beyond = http.client.HTTPConnection("127.0.0.1", server)
        beyond.request(self.command, self.path, body, {"Content-Type": "application/json"})
        said = beyond.getresponse()
        self.send_response(said.status)
        self.send_header("Content-Type", said.headers.get("Content-Type", ""))
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            while piece := said.read1():
                self.wfile.write(piece)
        except OSError:
            pass  # Who asked has gone; the server hears of it by the end of this connection.
        finally:
            beyond.close()
            self.close_connection = True

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer.request_queue_size = 64
listener = http.server.ThreadingHTTPServer(("127.0.0.1", port), Brief)
print("ready", flush=True)
listener.serve_forever()
