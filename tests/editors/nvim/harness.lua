-- Checks, and a person's hands: what the sessions inside Neovim are made of.
local M = { passed = 0, failed = 0, said = {}, answers = {} }

local function print_line(text) io.stdout:write(text .. '\n') end

--- Counts and prints one check; `detail` is shown when it fails.
function M.check(name, ok, detail)
  if ok then M.passed = M.passed + 1 else M.failed = M.failed + 1 end
  print_line(('%s %s%s'):format(ok and 'ok  ' or 'FAIL', name, (not ok and detail ~= nil) and (' -- ' .. vim.inspect(detail)) or ''))
  return ok
end

--- Waits until the condition holds; false after a long time, or after so many milliseconds.
function M.wait(condition, most) return vim.wait(most or 20000, condition, 20) end

--- Line and column from 0 of the first place where the text stands.
function M.place(buffer, needle)
  for index, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
    local column = line:find(needle, 1, true)
    if column then return index - 1, column - 1, line end
  end
  error('no line with ' .. needle)
end

--- Puts the cursor on the first such text, `offset` bytes into it.
function M.stand_on(needle, offset)
  local line, column = M.place(vim.api.nvim_get_current_buf(), needle)
  vim.api.nvim_win_set_cursor(0, { line + 1, column + (offset or 0) })
  return line, column
end

--- Opens a file of the workspace and waits for its server.
function M.open(name)
  local buffer = vim.fn.bufadd(name)
  vim.bo[buffer].buflisted = true
  vim.cmd.buffer(buffer)
  M.wait(function() return M.client(buffer) ~= nil end)
  return buffer, M.client(buffer)
end

function M.client(buffer)
  return vim.lsp.get_clients({ bufnr = buffer, name = 'downbeat' })[1]
end

function M.codes(buffer)
  return vim.tbl_map(function(it) return it.code end, vim.diagnostic.get(buffer, { severity = vim.diagnostic.severity.ERROR }))
end

--- Labels of what is proposed at the cursor.
function M.proposed(buffer)
  local client = M.client(buffer)
  local position = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local answer = client:request_sync('textDocument/completion', position, 10000, buffer)
  local result = answer and answer.result or {}
  return vim.tbl_map(function(item) return item.label end, result.items or result)
end

--- Text of the float that `show` opens.
function M.float(show)
  show()
  local text
  M.wait(function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= '' then
        text = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
        vim.api.nvim_win_close(window, true)
        return true
      end
    end
    return false
  end)
  return text
end

--- What Neovim was told to say since `from`, as one text.
function M.heard(needle)
  return M.wait(function() return table.concat(M.said, '\n'):find(needle, 1, true) ~= nil end)
end

vim.notify = function(text) table.insert(M.said, tostring(text)) end

--- The next prompts get these answers, in this order: a text as it is shown, or nothing to give up.
function M.will_answer(...) vim.list_extend(M.answers, { ... }) end

vim.ui.select = function(items, options, done)
  local wanted = table.remove(M.answers, 1)
  local format = options.format_item or tostring
  for index, item in ipairs(items) do
    if wanted and format(item):find(wanted, 1, true) then return done(item, index) end
  end
  table.insert(M.said, ('asked `%s` of %s; no answer'):format(options.prompt, vim.inspect(vim.tbl_map(format, items))))
  done(nil, nil)
end
vim.ui.input = function(options, done)
  table.insert(M.said, ('asked `%s` with `%s`'):format(options.prompt, options.default))
  done(table.remove(M.answers, 1))
end

--- Runs the scenarios in order and ends Neovim: code 0 when every check held.
function M.finish(scenarios)
  for _, scenario in ipairs(scenarios) do
    local ok, message = xpcall(scenario, debug.traceback)
    if not ok then M.check('a scenario ends', false, message) end
  end
  if M.failed > 0 then print_line('said: ' .. vim.inspect(M.said)) end
  print_line(('%d passed, %d failed'):format(M.passed, M.failed))
  vim.cmd(M.failed == 0 and 'qall!' or 'cquit! 1')
end

return M
