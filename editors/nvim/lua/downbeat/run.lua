--- Starting and stopping runs.
local inputs = require('downbeat.inputs')
local live = require('downbeat.live')
local runs = require('downbeat.runs')
local say = require('downbeat.say')
local server = require('downbeat.server')
local trust = require('downbeat.trust')
local M = {}

local function refused(root, err)
  local data = type(err.data) == 'table' and err.data or {}
  if data.reason == 'untrusted' then
    return say.error(('%s is not trusted, and nothing runs in it; `:Downbeat trust` trusts it'):format(root))
  end
  local lines = { err.message }
  for _, finding in ipairs(data.findings or {}) do
    table.insert(lines, ('line %d: %s'):format(finding.range.start.line + 1, finding.message))
  end
  say.error(table.concat(lines, '\n'))
end

local function execute(client, buffer, command, argument, done)
  -- Not `exec_cmd`: it would come back to this plugin, which has commands of the same names for lenses.
  client:request('workspace/executeCommand', { command = command, arguments = { argument } }, function(err, result)
    if err then return refused(client.config.root_dir, err) end
    if done then done(result) end
  end, buffer)
end

--- Asks the server and hands on the result; an error is said.
local function request(client, buffer, method, done)
  client:request(method, { uri = vim.uri_from_bufnr(buffer), textDocument = { uri = vim.uri_from_bufnr(buffer) } }, function(err, result)
    if err then return say.error(err.message) end
    done(result)
  end, buffer)
end

--- The innermost step whose lines hold the cursor.
---@param done fun(step: string?)
local function step_under_cursor(client, buffer, done)
  local line = vim.api.nvim_win_get_cursor(0)[1] - 1
  request(client, buffer, 'textDocument/documentSymbol', function(symbols)
    local found
    live.each_step(symbols, function(symbol)
      if symbol.range.start.line <= line and line <= symbol.range['end'].line then found = symbol.name end
    end)
    done(found)
  end)
end

--- Runs a buffer's pipeline.
---@param buffer integer
---@param argument table of `downbeat.run`; its `inputs` are not asked for again
---@param mode 'ask'|'last'?
function M.start(buffer, argument, mode)
  local client = server.of(buffer)
  if not client then return say.error('no server for this buffer') end
  -- Said before anything is asked for.
  if not trust.covers(client.config.root_dir) then return refused(client.config.root_dir, { data = { reason = 'untrusted' } }) end
  local file = vim.api.nvim_buf_get_name(buffer)
  request(client, buffer, 'downbeat/inputs', function(declared)
    inputs.gather(file, declared or {}, argument.inputs or {}, mode or 'ask', function(values)
      if not values then return say.info('not run') end
      argument.inputs = next(values) and values or nil
      execute(client, buffer, 'downbeat.run', argument, function(result)
        runs.get(result.run).client_id = client.id
        request(client, buffer, 'textDocument/documentSymbol', function(symbols)
          live.follow(result.run, buffer, symbols, not (argument.only or argument.from or argument['until']))
        end)
      end)
    end)
  end)
end

--- Runs from, only, or until the step under the cursor.
---@param buffer integer
---@param which 'from'|'only'|'until'
---@param argument table
---@param mode 'ask'|'last'?
function M.start_at_cursor(buffer, which, argument, mode)
  local client = server.of(buffer)
  if not client then return say.error('no server for this buffer') end
  step_under_cursor(client, buffer, function(step)
    if not step then return say.error('the cursor stands in no step') end
    argument[which] = step
    M.start(buffer, argument, mode)
  end)
end

--- Cancels a run, the newest by default.
---@param buffer integer
---@param id string?
function M.cancel(buffer, id)
  local run = id and runs.get(id) or runs.newest('running')
  if not run then return say.warn('nothing runs') end
  local client = run.client_id and vim.lsp.get_client_by_id(run.client_id) or server.of(buffer)
  if not client then return say.error('no server for this buffer') end
  execute(client, buffer, 'downbeat.cancel', { run = run.id })
end

--- Pauses a run or lets it go on, the newest by default.
---@param buffer integer
---@param which 'pause'|'unpause'
---@param id string?
function M.set_pace(buffer, which, id)
  local run = not id and runs.newest('running')
  local client = run and run.client_id and vim.lsp.get_client_by_id(run.client_id) or server.of(buffer)
  if not client then return say.error('no server for this buffer') end
  execute(client, buffer, 'downbeat.' .. which, { run = id or run and run.id or 'latest' }, function()
    say.info(which == 'pause' and 'paused: what is in flight goes on to its end' or 'goes on')
  end)
end

--- Goes on with a run that was interrupted or cancelled, the newest by default.
---@param buffer integer
---@param id string?
---@param secrets table<string, any>?
function M.resume(buffer, id, secrets)
  local client = server.of(buffer)
  if not client then return say.error('no server for this buffer') end
  execute(client, buffer, 'downbeat.resume', { run = id or 'latest', inputs = secrets }, function(result)
    runs.get(result.run).client_id = client.id
    request(client, buffer, 'textDocument/documentSymbol', function(symbols)
      live.follow(result.run, buffer, symbols, true)
    end)
  end)
end

return M
