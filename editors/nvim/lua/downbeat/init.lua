--- Commands and the live run. What a pipeline means is the server's business; this shows what it says.
local live = require('downbeat.live')

local M = {}

---@param text string
---@param level integer
local function say(text, level) vim.notify('downbeat: ' .. text, level) end

---@param buffer integer?
local function client_of(buffer)
  return vim.lsp.get_clients({ name = 'downbeat', bufnr = buffer or vim.api.nvim_get_current_buf() })[1]
end

--- Whether pipelines below `root` may run: listed in `g:downbeat_trusted`, or `true` there for every folder.
function M.is_trusted(root)
  local trusted = vim.g.downbeat_trusted
  if trusted == true then return true end
  for _, folder in ipairs(type(trusted) == 'table' and trusted or {}) do
    local known = vim.fs.normalize(folder)
    if root and (root == known or vim.startswith(root, known .. '/')) then return true end
  end
  return false
end

--- Draws lenses for a buffer the server has attached to.
function M.attach(client, buffer)
  vim.lsp.completion.enable(true, client.id, buffer, { autotrigger = false })
  if not client:supports_method('textDocument/codeLens') then return end
  local refresh = function() vim.lsp.codelens.refresh({ bufnr = buffer }) end
  refresh()
  vim.api.nvim_create_autocmd({ 'InsertLeave', 'TextChanged', 'BufEnter' }, { buffer = buffer, callback = refresh })
end

--- Called with every `downbeat/event` of the server.
function M.on_event(params)
  live.show(params)
  vim.api.nvim_exec_autocmds('User', { pattern = 'DownbeatEvent', data = params, modeline = false })
end

--- The step whose lines the cursor stands in, by the server's symbols.
local function step_under_cursor(client, buffer, done)
  local line = vim.api.nvim_win_get_cursor(0)[1] - 1
  local params = { textDocument = { uri = vim.uri_from_bufnr(buffer) } }
  client:request('textDocument/documentSymbol', params, function(_, symbols)
    local found
    local function walk(list)
      for _, symbol in ipairs(list or {}) do
        if symbol.range.start.line <= line and line <= symbol.range['end'].line then
          if symbol.detail and symbol.kind ~= vim.lsp.protocol.SymbolKind.Namespace then found = symbol.name end
          walk(symbol.children)
        end
      end
    end
    walk(symbols)
    done(found)
  end, buffer)
end

local function execute(client, buffer, command, argument, done)
  client:exec_cmd({ title = command, command = command, arguments = { argument } }, { bufnr = buffer }, function(err, result)
    if err then return say(err.message, vim.log.levels.ERROR) end
    if done then done(result) end
  end)
end

local function run(options)
  local buffer = vim.api.nvim_get_current_buf()
  local client = client_of(buffer)
  if not client then return say('no server for this buffer', vim.log.levels.ERROR) end
  local function start(step)
    local argument = { uri = vim.uri_from_bufnr(buffer), inputs = options.inputs }
    if options.which then
      if not step then return say('the cursor stands in no step', vim.log.levels.ERROR) end
      argument[options.which] = step
    end
    live.clear(buffer)
    execute(client, buffer, 'downbeat.run', argument, function(result) live.follow(result.run, buffer) end)
  end
  if options.which then return step_under_cursor(client, buffer, start) end
  start()
end

local function inputs(words)
  local given
  for _, word in ipairs(words) do
    local name, value = word:match('^([%w_%-]+)=(.*)$')
    if name then
      local ok, decoded = pcall(vim.json.decode, value)
      given = given or {}
      given[name] = ok and decoded or value
    end
  end
  return given
end

local commands = {
  run = function(words)
    local which = ({ from = 'from', only = 'only', ['until'] = 'until' })[words[1] or '']
    run({ which = which, inputs = inputs(words) })
  end,
  cancel = function()
    local id = live.current()
    if not id then return say('nothing runs', vim.log.levels.WARN) end
    execute(client_of(), vim.api.nvim_get_current_buf(), 'downbeat.cancel', { run = id })
  end,
  runs = function()
    local binary = (vim.lsp.config.downbeat.cmd or {})[1]
    local out = vim.system({ binary, 'runs' }, { cwd = vim.fs.root(0, { 'downbeat.toml', '.downbeat', '.git' }) }):wait()
    vim.api.nvim_echo({ { out.code == 0 and out.stdout or out.stderr } }, false, {})
  end,
  log = function() live.log() end,
}

function M.command(words)
  local command = commands[words[1]]
  if not command then return say('no such command: ' .. words[1], vim.log.levels.ERROR) end
  command(vim.list_slice(words, 2))
end

function M.complete(lead, line)
  local second = line:match('^%S+%s+run%s')
  local all = second and { 'from', 'only', 'until' } or vim.tbl_keys(commands)
  table.sort(all)
  return vim.tbl_filter(function(word) return vim.startswith(word, lead) end, all)
end

return M
