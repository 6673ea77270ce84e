--- The live run, as virtual text at the end of each step's `id` line.
---
--- Events only change what is known; a timer draws, ten times a second at most, and only steps that changed or that run.
--- However many events come, typing waits for none of them.
local runs = require('downbeat.runs')
local M = {}

local namespace = vim.api.nvim_create_namespace('downbeat.live')
local INTERVAL = 100 -- milliseconds between drawings

---@class downbeat.View
---@field buffer integer
---@field marks table<string, integer> extmark of each step; it moves with the text
---@field rest string what steps are that no event has named
---@type table<string, downbeat.View>
local views = {}

local looks = {
  waiting = { 'waiting', 'DownbeatWaiting' },
  ['not reached'] = { 'not reached', 'DownbeatWaiting' },
  running = { 'running', 'DownbeatRunning' },
  retrying = { 'trying again', 'DownbeatRetrying' },
  done = { 'done', 'DownbeatDone' },
  unsuccessful = { 'done without success', 'DownbeatRetrying' },
  failed = { 'failed', 'DownbeatFailed' },
  cancelled = { 'cancelled', 'DownbeatFailed' },
  skipped = { 'skipped', 'DownbeatWaiting' },
  lost = { 'lost with the server', 'DownbeatFailed' },
}
for group, link in pairs({
  DownbeatWaiting = 'Comment',
  DownbeatRunning = 'DiagnosticInfo',
  DownbeatRetrying = 'DiagnosticWarn',
  DownbeatDone = 'DiagnosticOk',
  DownbeatFailed = 'DiagnosticError',
}) do
  vim.api.nvim_set_hl(0, group, { link = link, default = true })
end

local function duration(seconds)
  if seconds < 60 then return ('%.1f s'):format(seconds) end
  return ('%d min %d s'):format(math.floor(seconds / 60), math.floor(seconds % 60))
end

local function short(text, width)
  text = text:gsub('%s+', ' ')
  return vim.fn.strchars(text) > width and vim.fn.strcharpart(text, 0, width - 1) .. '…' or text
end

---@param step downbeat.Step?
local function words(step, rest)
  if not step then return unpack(looks[rest]) end
  local word, group = unpack(looks[step.state])
  local now = vim.fn.localtime()
  if step.state == 'running' then
    word = ('%s %d s'):format(word, math.max(0, now - math.floor(step.since)))
    if step.remaining then word = ('%s, about %s left'):format(word, duration(step.remaining)) end
    if step.output then word = word .. ': ' .. short(step.output, 80) end
    return word, group
  end
  if step.duration and step.state ~= 'skipped' then word = ('%s in %s'):format(word, duration(step.duration)) end
  if step.message then word = word .. ': ' .. short(step.message, 160) end
  return word, group
end

local function put(view, id, step)
  local mark = view.marks[id]
  local place = mark and vim.api.nvim_buf_get_extmark_by_id(view.buffer, namespace, mark, {})
  -- The line was deleted meanwhile.
  if not place or not place[1] then return end
  local text, group = words(step, view.rest)
  vim.api.nvim_buf_set_extmark(view.buffer, namespace, place[1], place[2], {
    id = mark,
    virt_text = { { '  ' .. text, group } },
    virt_text_pos = 'eol',
    invalidate = true,
    undo_restore = false,
  })
end

--- Draws what changed since the last time.
local function draw(run)
  local view = views[run.id]
  if not view or not vim.api.nvim_buf_is_valid(view.buffer) then return end
  for id, step in pairs(run.steps) do
    if run.changed[id] or step.state == 'running' then put(view, id, step) end
  end
  run.changed = {}
end

local timer

local function tick()
  local going = false
  for _, run in ipairs(runs.all()) do
    if run.state == 'running' and views[run.id] then
      going = true
      draw(run)
    end
  end
  if not going and timer then
    timer:close()
    timer = nil
  end
end

local function wake()
  if timer then return end
  timer = assert(vim.uv.new_timer())
  timer:start(0, INTERVAL, vim.schedule_wrap(tick))
end

--- Draws a run for the last time: steps still without a word were not reached, or went with the server.
local function close(run)
  local view = views[run.id]
  if not view or not vim.api.nvim_buf_is_valid(view.buffer) then return end
  view.rest = view.rest == 'waiting' and 'not reached' or view.rest
  for id in pairs(view.marks) do
    local step = run.steps[id]
    if step and run.state ~= 'running' and (step.state == 'running' or step.state == 'retrying') then
      step.state, step.message = run.state == 'lost' and 'lost' or 'cancelled', nil
    end
    if step or view.rest ~= '' then put(view, id, step) end
  end
end

--- Takes one `downbeat/event`.
function M.take(params, client_id)
  local run = runs.take(params)
  run.client_id = run.client_id or client_id
  if run.state ~= 'running' then close(run) else wake() end
  vim.api.nvim_exec_autocmds('User', { pattern = 'DownbeatEvent', data = params, modeline = false })
end

--- The server is gone, and its runs with it.
function M.lost(client_id)
  for _, run in ipairs(runs.lose(client_id)) do close(run) end
end

local function is_step(symbol)
  return symbol.kind == vim.lsp.protocol.SymbolKind.Function or symbol.kind == vim.lsp.protocol.SymbolKind.Class
end

--- Calls `visit` with each step of the server's symbols, outer ones first.
function M.each_step(symbols, visit)
  for _, symbol in ipairs(symbols or {}) do
    if is_step(symbol) then visit(symbol) end
    M.each_step(symbol.children, visit)
  end
end

--- Draws a run in a buffer, whose steps stand where the server's symbols say.
---@param id string
---@param buffer integer
---@param symbols lsp.DocumentSymbol[]
---@param whole boolean whether every step of the file belongs to the run
function M.follow(id, buffer, symbols, whole)
  M.clear(buffer)
  local run = runs.get(id)
  local view = { buffer = buffer, marks = {}, rest = whole and 'waiting' or '' }
  views[id] = view
  local last = vim.api.nvim_buf_line_count(buffer) - 1
  M.each_step(symbols, function(symbol)
    local line = math.min(symbol.selectionRange.start.line, last)
    view.marks[symbol.name] = vim.api.nvim_buf_set_extmark(buffer, namespace, line, 0, {})
    if whole or run.steps[symbol.name] then put(view, symbol.name, run.steps[symbol.name]) end
  end)
  if run.state ~= 'running' then close(run) else wake() end
end

--- Takes every status from a buffer.
function M.clear(buffer)
  for id, view in pairs(views) do
    if view.buffer == buffer then views[id] = nil end
  end
  vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
end

--- What is drawn in a buffer: a list of { line from 0, text }.
function M.drawn(buffer)
  local drawn = {}
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(buffer, namespace, 0, -1, { details = true })) do
    local chunk = mark[4].virt_text and mark[4].virt_text[1]
    if chunk then table.insert(drawn, { mark[2], vim.trim(chunk[1]) }) end
  end
  return drawn
end

return M
