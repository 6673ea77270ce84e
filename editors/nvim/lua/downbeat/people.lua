--- Questions that the steps of a run ask: `vim.ui.select` where there is something to choose, `vim.ui.input` elsewhere.
local M = {}

---@class downbeat.Question as `docs/protocol.md` has it
---@field path string
---@field title string?
---@field text string
---@field body { text: string, format: string }?
---@field kind 'text'|'lines'|'secret'|'number'|'boolean'|'choice'
---@field draft string?
---@field choices { value: any, label: string }[]?
---@field default any
---@field required boolean
---@field complaint string?

local function given(value) return value ~= nil and value ~= vim.NIL end

local function shown(value) return type(value) == 'string' and value or vim.json.encode(value) end

local function prompt(question)
  local title = given(question.title) and (question.title .. ' – ') or ''
  local why = given(question.complaint) and (' (' .. question.complaint .. ')') or ''
  return ('%s: %s%s%s'):format(question.path, title, question.text, why)
end

--- A window with what is to be looked at; gives a function that closes it.
local function show(question)
  if not given(question.body) then return function() end end
  local lines = vim.split(question.body.text, '\n')
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].filetype = question.body.format
  vim.bo[buffer].bufhidden = 'wipe'
  local height = math.max(1, math.min(#lines, math.floor(vim.o.lines / 2)))
  local window = vim.api.nvim_open_win(buffer, false, { split = 'above', height = height, style = 'minimal' })
  return function()
    if vim.api.nvim_win_is_valid(window) then vim.api.nvim_win_close(window, true) end
  end
end

--- A buffer with the draft: writing it answers, closing it does not.
local function edit(question, done)
  local buffer = vim.api.nvim_create_buf(false, false)
  vim.api.nvim_buf_set_name(buffer, ('downbeat://answer/%s/%d'):format(question.path, buffer))
  vim.bo[buffer].buftype = 'acwrite'
  vim.bo[buffer].bufhidden = 'wipe'
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(question.draft or '', '\n'))
  vim.bo[buffer].modified = false
  local answer
  vim.api.nvim_create_autocmd('BufWriteCmd', {
    buffer = buffer,
    callback = function()
      answer = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
      vim.bo[buffer].modified = false
      vim.schedule(function()
        if vim.api.nvim_buf_is_valid(buffer) then vim.api.nvim_buf_delete(buffer, { force = true }) end
      end)
    end,
  })
  vim.api.nvim_create_autocmd('BufWipeout', { buffer = buffer, callback = function() done(answer) end })
  vim.cmd.split()
  vim.api.nvim_win_set_buf(0, buffer)
  vim.notify(prompt(question) .. ': `:w` answers, closing the buffer does not')
end

--- Asks once; `done` gets nothing where nothing was said.
local function once(question, done)
  local choices = question.choices
  if question.kind == 'boolean' then choices = { { value = true, label = 'yes' }, { value = false, label = 'no' } } end
  if choices and #choices > 0 then
    local label = function(choice) return choice.label end
    return vim.ui.select(choices, { prompt = prompt(question), format_item = label }, function(choice)
      if choice == nil then return done(nil) end
      done(choice.value)
    end)
  end
  if question.kind == 'secret' then
    local ok, text = pcall(vim.fn.inputsecret, prompt(question) .. ' ')
    return done(ok and text ~= '' and text or nil)
  end
  if question.kind == 'lines' then return edit(question, done) end
  local default = given(question.default) and shown(question.default) or ''
  vim.ui.input({ prompt = prompt(question) .. ' ', default = default }, function(text)
    if text == '' then text = nil end
    done(text)
  end)
end

--- Asks; giving up what needs an answer is asked about once more.
---@param question downbeat.Question
---@param done fun(answer: any)
function M.ask(question, done)
  local close = show(question)
  local function finish(answer)
    close()
    done(answer)
  end
  once(question, function(answer)
    if answer ~= nil or not question.required or given(question.default) then return finish(answer) end
    local again = 'Answer'
    vim.ui.select({ again, 'Give no answer: the step fails' }, { prompt = prompt(question) }, function(choice)
      if choice == again then return once(question, finish) end
      finish(nil)
    end)
  end)
end

--- The handler of the server's request. It is called in a coroutine, and waits in it for the person.
---@param question downbeat.Question
function M.answer(question)
  local thread = coroutine.running()
  local came, waits
  M.ask(question, function(answer)
    came = { answer = answer == nil and vim.NIL or answer }
    if waits then coroutine.resume(thread) end
  end)
  if not came then
    waits = true
    coroutine.yield()
  end
  return came
end

return M
