"""A web of a few pages on the loopback, for tests; says its port on standard output."""

import gzip
import http.server
import json
import time
import urllib.parse

PAGE = """<!doctype html><html><head><meta charset=utf-8><title>Tides</title></head>
<body><nav>Menu</nav><main><h1>Tides</h1><p>The moon pulls, caf\u00e9.</p></main></body></html>"""
SCRIPT = """<!doctype html><title>Quiet</title><main id=m>nothing</main>
<script>document.title = 'Loud'; document.getElementById('m').textContent = 'written ' + 'by a script'</script>"""
STEALS = """<!doctype html><title>Steals</title><main id=m>waits</main><script>
fetch('http://127.0.0.2:%d/page').then(r => r.text(), e => 'blocked').then(t => {
  document.getElementById('m').textContent = t.includes('moon') ? 'stolen' : 'blocked' })</script>"""
DUCK = """<div class="results"><div class="result results_links web-result">
<h2 class="result__title"><a rel="nofollow" class="result__a"
 href="//duckduckgo.com/l/?uddg=https%3A%2F%2Fexample.org%2Ftides&amp;rut=1">On <b>QUERY</b></a></h2>
<a class="result__snippet" href="#">Two a <b>day</b>.</a></div>
<div class="result"><a class="result__a" href="https://duckduckgo.com/y.js?ad=1">Buy</a></div>
<div class="result"><a class="result__a" href="https://example.com/b">B</a></div></div>"""


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        parts = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(parts.query))
        name = parts.path.strip("/").replace("/", "_") or "page"
        getattr(self, "get_" + name, self.get_missing)(query)

    def send(self, body, kind="text/html; charset=utf-8", status=200, **headers):
        body = body if isinstance(body, bytes) else body.encode()
        self.send_response(status)
        for key, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass

    def get_page(self, _):
        self.send(PAGE)

    def get_missing(self, _):
        self.send("no such page", status=404)

    def get_moved(self, _):
        self.send("", status=302, Location="/page")

    def get_around(self, _):
        self.send("", status=302, Location="/around")

    def get_inside(self, _):
        self.send("", status=302, Location="http://127.0.0.2:%d/page" % PORT)

    def get_busy(self, _):
        self.send("", status=429, Retry_After="7")

    def get_down(self, _):
        self.send("", status=503)

    def get_slow(self, _):
        time.sleep(20)

    def get_big(self, _):
        self.send(b"a" * (11 << 20), "text/plain")

    def get_bomb(self, _):
        self.send(gzip.compress(b"a" * (64 << 20), 1), "text/plain", Content_Encoding="gzip")

    def get_picture(self, _):
        self.send(b"\x89PNG", "image/png")

    def get_latin(self, _):
        self.send("<title>caf\u00e9</title>".encode("latin-1"), "text/html; charset=ISO-8859-1")

    def get_data(self, _):
        self.send('{"a": 1}', "application/json")

    def get_deep(self, _):
        self.send("<div>" * 100000)

    def get_script(self, _):
        self.send(SCRIPT)

    def get_steals(self, _):
        self.send(STEALS % PORT)

    def get_duck(self, query):
        self.send(DUCK.replace("QUERY", query["q"].replace("&", "&amp;")))

    def get_none(self, _):
        self.send('<div class="no-results">No results.</div>')

    def get_challenge(self, _):
        self.send("<form>Are you a robot?</form>", status=202)

    def get_search(self, query):
        assert query["format"] == "json"
        hit = {"title": "About " + query["q"], "url": "https://example.org/", "content": "words"}
        self.send(json.dumps({"results": [hit] * 3}), "application/json")

    def log_message(self, *_):
        pass


SERVER = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
PORT = SERVER.server_address[1]
print(PORT, flush=True)
SERVER.serve_forever()
