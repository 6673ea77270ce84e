# llama.cpp's server with a model. Arguments: model, port, window, name, task.
# Ends when its standard input does, so it never outlives who started it.
import os, sys, threading
import xllamacpp as llama

threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
model, port, window, name, task = sys.argv[1:]
settings = llama.CommonParams()
settings.model.path = model
settings.model_alias = {name}
settings.hostnames = ["127.0.0.1"]
settings.port = int(port)
settings.n_ctx = int(window)
settings.n_parallel = 1
# More threads only get into each other's way on a busy machine.
settings.cpuparams.n_threads = 1
settings.use_jinja = True
settings.warmup = False
if task == "embed":
    settings.embedding = True
    settings.pooling_type = llama.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
server = llama.Server(settings)
print("ready", flush=True)
threading.Event().wait()
