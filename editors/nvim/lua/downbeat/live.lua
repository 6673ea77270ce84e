--- The live run, as virtual text at the end of each step's `id` line, and its log.
local M = {}

local namespace = vim.api.nvim_create_namespace('downbeat.live')

---@class downbeat.Run
---@field buffer integer?
---@field events table[]
---@field finished boolean
---@type table<string, downbeat.Run>
local runs = {}
local newest

local look = {
  step_started = { 'running', 'DiagnosticInfo' },
  step_progress = { 'running', 'DiagnosticInfo' },
  step_output = { 'running', 'DiagnosticInfo' },
  step_retrying = { 'trying again', 'DiagnosticWarn' },
  step_completed = { 'done', 'DiagnosticOk' },
  step_failed = { 'failed', 'DiagnosticError' },
  step_skipped = { 'skipped', 'Comment' },
}
local ends = { run_completed = true, run_failed = true, run_cancelled = true }

local function entry(id)
  runs[id] = runs[id] or { events = {}, finished = false }
  return runs[id]
end

--- The line on which step `id` is named, from 0.
local function line_of(buffer, id)
  local pattern = '^%s*%-?%s*id:%s*["\']?' .. vim.pesc(id) .. '["\']?%s*$'
  for index, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
    if line:gsub('%s+#.*$', ''):match(pattern) then return index - 1 end
  end
end

local function text_of(event)
  local word, group = unpack(look[event.type])
  local duration = type(event.data) == 'table' and tonumber(event.data.duration)
  if duration then word = ('%s in %.1f s'):format(word, duration) end
  if event.message and event.message ~= vim.NIL and event.type ~= 'step_completed' then
    word = word .. ': ' .. event.message:gsub('%s+', ' '):sub(1, 120)
  end
  return word, group
end

local function draw(run, event)
  if not run.buffer or not event.step or not look[event.type] or not vim.api.nvim_buf_is_valid(run.buffer) then return end
  local line = line_of(run.buffer, event.step)
  if not line then return end
  local text, group = text_of(event)
  local old = vim.api.nvim_buf_get_extmarks(run.buffer, namespace, { line, 0 }, { line, -1 }, {})[1]
  vim.api.nvim_buf_set_extmark(run.buffer, namespace, line, 0, {
    id = old and old[1] or nil,
    virt_text = { { '  ' .. text, group } },
    virt_text_pos = 'eol',
  })
end

--- Takes one `downbeat/event`.
function M.show(params)
  local run = entry(params.run)
  table.insert(run.events, params.event)
  if ends[params.event.type] then run.finished = true end
  draw(run, params.event)
end

--- Says in which buffer a run is to be drawn; events that came before are drawn now.
function M.follow(id, buffer)
  local run = entry(id)
  run.buffer, newest = buffer, id
  for _, event in ipairs(run.events) do draw(run, event) end
end

--- The newest run that has not ended.
function M.current() return newest and not runs[newest].finished and newest or nil end

--- The events of a run, the newest by default.
function M.events(id) return (runs[id or newest] or { events = {} }).events end

function M.clear(buffer) vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1) end

--- What is drawn in a buffer: list of { line from 0, text }.
function M.drawn(buffer)
  return vim.tbl_map(function(mark)
    return { mark[2], vim.trim(mark[4].virt_text[1][1]) }
  end, vim.api.nvim_buf_get_extmarks(buffer, namespace, 0, -1, { details = true }))
end

--- Opens the newest run's log in a scratch window.
function M.log()
  local lines = {}
  for _, event in ipairs(M.events()) do
    local text = event.message and event.message ~= vim.NIL and event.message:gsub('\n', ' ') or ''
    table.insert(lines, vim.trim(('%s %s %s %s'):format(os.date('%H:%M:%S', math.floor(event.timestamp)), event.type, event.step or '', text)))
  end
  if #lines == 0 then return vim.notify('downbeat: no run yet', vim.log.levels.WARN) end
  vim.cmd('botright new')
  local buffer = vim.api.nvim_get_current_buf()
  vim.bo[buffer].buftype, vim.bo[buffer].bufhidden, vim.bo[buffer].swapfile = 'nofile', 'wipe', false
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable = false
end

return M
