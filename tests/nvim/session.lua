-- A person's session, inside Neovim: open, see, fix, complete, run, watch, cancel. Driven by tests/nvim.rs.
-- Prints a line a check and a closing count; ends with code 1 when a check failed.
local passed, failed = 0, 0
local function say(text) io.stdout:write(text .. '\n') end
local function check(name, ok, detail)
  if ok then passed = passed + 1 else failed = failed + 1 end
  say(('%s %s%s'):format(ok and 'ok  ' or 'FAIL', name, (not ok and detail ~= nil) and (' -- ' .. vim.inspect(detail)) or ''))
end
local function wait(condition) return vim.wait(15000, condition, 20) end
local function line_with(buffer, needle)
  for index, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
    local column = line:find(needle, 1, true)
    if column then return index - 1, column - 1, line end
  end
  error('no line with ' .. needle)
end

local live

local function has(buffer, pattern)
  for _, mark in ipairs(live.drawn(buffer)) do
    if mark[2]:match(pattern) then return true end
  end
  return false
end

local function opened()
  vim.cmd.edit(vim.fn.fnameescape(vim.env.TEST_FILE))
  local buffer = vim.api.nvim_get_current_buf()
  check('the filetype is set', vim.bo[buffer].filetype == 'yaml.downbeat', vim.bo[buffer].filetype)
  wait(function() return #vim.lsp.get_clients({ bufnr = buffer, name = 'downbeat' }) == 1 end)
  local client = vim.lsp.get_clients({ bufnr = buffer, name = 'downbeat' })[1]
  check('the server is attached', client ~= nil)
  live = require('downbeat.live')
  return buffer, assert(client)
end

local function codes(buffer)
  return vim.tbl_map(function(it) return it.code end, vim.diagnostic.get(buffer, { severity = vim.diagnostic.severity.ERROR }))
end

local function see_and_fix(buffer)
  wait(function() return vim.tbl_contains(codes(buffer), 'unknown-step') end)
  check('the wrong dependency is seen', vim.tbl_contains(codes(buffer), 'unknown-step'), vim.diagnostic.get(buffer))
  local line, column = line_with(buffer, 'frist')
  local seen = vim.tbl_filter(function(it) return it.code == 'unknown-step' end, vim.diagnostic.get(buffer))[1] or {}
  check('it is seen at its place', seen.lnum == line and seen.col == column, seen)

  vim.api.nvim_win_set_cursor(0, { line + 1, column })
  vim.lsp.buf.code_action({ apply = true, filter = function(action) return action.title:find('first', 1, true) ~= nil end })
  wait(function() return vim.api.nvim_buf_get_lines(buffer, line, line + 1, false)[1]:find('first', 1, true) ~= nil end)
  local text = vim.api.nvim_buf_get_lines(buffer, line, line + 1, false)[1]
  check('the fix is applied', text:find('[first]', 1, true) ~= nil, text)
  check('the error is gone', wait(function() return #codes(buffer) == 0 end), vim.diagnostic.get(buffer))
end

local function hover_and_complete(buffer, client)
  local line, column = line_with(buffer, 'tool: terminal')
  vim.api.nvim_win_set_cursor(0, { line + 1, column + 1 })
  local position = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local hover = client:request_sync('textDocument/hover', position, 5000, buffer)
  check('hover says what `tool` is', hover and hover.result and #hover.result.contents.value > 20, hover)

  vim.api.nvim_win_set_cursor(0, { line + 1, column + #'tool: ' })
  position = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local answer = client:request_sync('textDocument/completion', position, 5000, buffer)
  local items = answer and answer.result and (answer.result.items or answer.result) or {}
  local labels = vim.tbl_map(function(item) return item.label end, items)
  check('tools are completed', vim.tbl_contains(labels, 'filesystem'), labels)
end

local function lens_is_drawn(buffer)
  vim.lsp.codelens.refresh({ bufnr = buffer })
  local ok = wait(function()
    for _, lens in ipairs(vim.lsp.codelens.get(buffer)) do
      if lens.command and lens.command.title:match('Run') then return true end
    end
    return false
  end)
  check('a Run lens is there', ok, vim.lsp.codelens.get(buffer))
end

local function run_and_watch(buffer)
  local kinds = {}
  vim.api.nvim_create_autocmd('LspProgress', { callback = function(event) table.insert(kinds, event.data.params.value.kind) end })
  vim.cmd('Downbeat run')
  check('a run becomes the current one', wait(function() return live.current() ~= nil or #live.events() > 0 end))
  local finished = wait(function()
    local events = live.events()
    return #events > 0 and events[#events].type == 'run_completed'
  end)
  check('the run completes', finished, live.events())
  check('every step is drawn as done', has(buffer, '^done'), live.drawn(buffer))
  check('progress begins and ends', wait(function() return kinds[1] == 'begin' and kinds[#kinds] == 'end' end), kinds)
end

local function cancel(buffer)
  local line = line_with(buffer, 'command:')
  vim.api.nvim_buf_set_lines(buffer, line, line + 1, false, { '      command: sleep 30' })
  vim.cmd('Downbeat run')
  check('the long step is drawn as running', wait(function() return has(buffer, '^running') end), live.drawn(buffer))
  vim.cmd('Downbeat cancel')
  local cancelled = wait(function()
    local events = live.events()
    return #events > 0 and events[#events].type == 'run_cancelled'
  end)
  check('the run is cancelled', cancelled, live.events())
end

local function main()
  local buffer, client = opened()
  see_and_fix(buffer)
  hover_and_complete(buffer, client)
  lens_is_drawn(buffer)
  run_and_watch(buffer)
  cancel(buffer)
  vim.cmd('checkhealth downbeat')
  local health = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  check('the health check is content', health:find('ERROR', 1, true) == nil and health:find('downbeat', 1, true) ~= nil, health)
  client:stop()
  check('the server stops', wait(function() return client:is_stopped() end))
end

local ok, message = xpcall(main, debug.traceback)
if not ok then
  failed = failed + 1
  say('FAIL ' .. tostring(message))
end
say(('%d passed, %d failed'):format(passed, failed))
vim.cmd(failed == 0 and 'qall!' or 'cquit! 1')
