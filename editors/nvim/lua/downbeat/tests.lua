--- `:Downbeat test`: runs the tests of a pipeline and puts what does not hold into the quickfix list and on its lines. The server
--- knows which tests there are and what they came to.
local say = require('downbeat.say')
local server = require('downbeat.server')
local M = {}

local namespace = vim.api.nvim_create_namespace('downbeat.tests')
---@type table<string, { uri: string, passed: integer, names: string[], failures: table[] }>
local sessions = {}
--- What came before its session was known.
local early = {}

--- The file of tests of a buffer: itself, or the one beside its pipeline.
---@param buffer integer
---@return string?
function M.file(buffer)
  local name = vim.api.nvim_buf_get_name(buffer)
  if name:match('%.pipeline%.test%.ya?ml$') then return name end
  local stem = name:match('^(.*%.pipeline)%.ya?ml$')
  for _, ending in ipairs({ '.test.yaml', '.test.yml' }) do
    if stem and vim.uv.fs_stat(stem .. ending) then return stem .. ending end
  end
end

--- Starts the tests of a buffer; `names` are all where there are none.
---@param buffer integer
---@param names string[]
function M.start(buffer, names)
  local client, file = server.of(buffer), M.file(buffer)
  if not client then return say.error('no server for this buffer') end
  if not file then return say.warn('no `NAME.pipeline.test.yaml` is beside this pipeline') end
  local argument = { uri = vim.uri_from_fname(file), names = #names > 0 and names or nil }
  client:request('workspace/executeCommand', { command = 'downbeat.test', arguments = { argument } }, function(err, begun)
    if err then return say.error(err.message) end
    sessions[begun.session] = { uri = argument.uri, passed = 0, names = {}, failures = {} }
    local waiting = early[begun.session] or {}
    early[begun.session] = nil
    for _, event in ipairs(waiting) do M.take(event) end
  end, buffer)
end

--- What the server tells of a session.
function M.take(event)
  local session = sessions[event.session]
  if not session then
    early[event.session] = vim.list_extend(early[event.session] or {}, { event })
  elseif event.type == 'over' then
    if event.verdict == 'passed' then
      session.passed = session.passed + 1
    else
      table.insert(session.names, event.name)
      for _, failure in ipairs(event.failures) do
        table.insert(session.failures, { name = event.name, message = failure.message, range = failure.range })
      end
    end
  elseif event.type == 'ended' then
    sessions[event.session] = nil
    M.show(session, event.message)
  end
end

---@param session { uri: string, passed: integer, names: string[], failures: table[] }
---@param message string?
function M.show(session, message)
  local buffer = vim.uri_to_bufnr(session.uri)
  local items, found = {}, {}
  for _, failure in ipairs(session.failures) do
    local place, text = failure.range.start, failure.name .. ': ' .. failure.message
    table.insert(items, { bufnr = buffer, lnum = place.line + 1, col = place.character + 1, text = text, type = 'E' })
    table.insert(found, {
      lnum = place.line,
      col = place.character,
      end_lnum = failure.range['end'].line,
      end_col = failure.range['end'].character,
      message = failure.message,
      severity = vim.diagnostic.severity.ERROR,
      source = 'downbeat test',
    })
  end
  vim.diagnostic.set(namespace, buffer, found)
  vim.fn.setqflist({}, ' ', { title = 'downbeat test', items = items })
  local counts = ('%d passed, %d failed'):format(session.passed, #session.names)
  if message then
    say.error(message)
  elseif #session.names > 0 then
    say.warn(counts .. '; `:copen` lists what does not hold')
  else
    say.info(counts)
  end
end

return M
