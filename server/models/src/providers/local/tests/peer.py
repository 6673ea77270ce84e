# What llama.cpp makes of a model's file: the tokens of texts, and what it would say next, token by token.
# Arguments: model, port. A JSON object comes in, {"texts": [...], "prompts": [[token, ...], ...], "length": n}; another goes out.
import json, os, sys, urllib.request
import xllamacpp as llama

settings = llama.CommonParams()
settings.model.path = sys.argv[1]
settings.hostnames = ["127.0.0.1"]
settings.port = int(sys.argv[2])
settings.n_ctx = 512
settings.n_parallel = 1
settings.cpuparams.n_threads = 1
settings.warmup = False
# As exact as candle, which keeps what it has read in 32 bits.
settings.cache_type_k = settings.cache_type_v = llama.ggml_type.GGML_TYPE_F32
server = llama.Server(settings)


def ask(path, body):
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(server.listening_address + path, json.dumps(body).encode(), headers)
    return json.load(urllib.request.urlopen(request))


def tokens(text):
    return ask("/tokenize", {"content": text, "add_special": True, "parse_special": True})["tokens"]


def spoken(prompt, length):
    # Token by token: of one that is no whole character it tells nothing, and there the answer ends.
    places = []
    while len(places) < length:
        question = {"prompt": prompt, "n_predict": 1, "temperature": 0, "n_probs": 5, "cache_prompt": False, "ignore_eos": True}
        said = ask("/completion", question).get("completion_probabilities")
        if not said:
            break
        places.append([[it["id"], it["logprob"]] for it in said[0]["top_logprobs"]])
        prompt = prompt + [places[-1][0][0]]
    return places


asked = json.load(sys.stdin)
answer = {
    "tokens": [tokens(text) for text in asked["texts"]],
    "spoken": [spoken(prompt, asked["length"]) for prompt in asked["prompts"]],
}
print(json.dumps(answer), flush=True)
os._exit(0)
