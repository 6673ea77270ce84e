# llmock on a port. Ends when its standard input does.
import os, sys, threading
from llmock.cli import app

threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
sys.argv = ["llmock", "serve", "--host", "127.0.0.1", "--port", sys.argv[1]]
app()
