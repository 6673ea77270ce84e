--- What is known of each run from its events. Nothing is drawn here.
local M = {}

--- Lines of log that are kept of a run.
local LOG = 5000

---@class downbeat.Step
---@field state 'running'|'retrying'|'done'|'unsuccessful'|'failed'|'cancelled'|'skipped'
---@field since number Unix seconds of its start
---@field duration number?
---@field message string? reason of a failure or a skip
---@field output string? last line of live output
---@field remaining number? seconds, as estimated

---@class downbeat.Run
---@field id string
---@field client_id integer?
---@field state 'running'|'completed'|'failed'|'cancelled'|'lost'
---@field steps table<string, downbeat.Step>
---@field changed table<string, true> steps to be drawn again
---@field log string[]
---@field message string? why it failed

---@type table<string, downbeat.Run>
local runs = {}
---@type string[]
local order = {}

--- The run of that id; it is begun when it is not known.
---@return downbeat.Run
function M.get(id)
  if not runs[id] then
    runs[id] = { id = id, state = 'running', steps = {}, changed = {}, log = {} }
    table.insert(order, id)
  end
  return runs[id]
end

--- Runs, newest first.
---@return downbeat.Run[]
function M.all()
  return vim.iter(order):rev():map(function(id) return runs[id] end):totable()
end

--- The newest run, or the newest that goes on.
---@param state 'running'?
---@return downbeat.Run?
function M.newest(state)
  return vim.iter(M.all()):find(function(run) return not state or run.state == state end)
end

local function given(value)
  if value ~= vim.NIL then return value end
end

local function last_line(text)
  return text:gsub('%s+$', ''):match('([^\n]*)$')
end

local ends = { run_completed = 'completed', run_failed = 'failed', run_cancelled = 'cancelled' }

---@type table<string, fun(step: downbeat.Step, event: table, data: table)>
local steps = {
  step_started = function(step, event)
    step.state, step.since, step.message = 'running', event.timestamp, nil
  end,
  step_progress = function(step, _, data) step.remaining = given(data.remaining) end,
  step_output = function(step, _, data)
    local line = last_line(given(data.text) or '')
    if line ~= '' then step.output = line end
  end,
  step_retrying = function(step, event) step.state, step.message = 'retrying', given(event.message) end,
  step_completed = function(step, event, data)
    step.state = data.success == false and 'unsuccessful' or 'done'
    step.duration, step.message = given(data.duration), given(event.message)
  end,
  step_failed = function(step, event, data)
    step.state = data.status == 'cancelled' and 'cancelled' or 'failed'
    step.duration, step.message = given(data.duration), given(event.message)
  end,
  step_skipped = function(step, event, data)
    step.state, step.message = 'skipped', given(event.message) or given(data.reason)
  end,
}

local function log(run, event, data)
  local text = given(event.message) or given(data.text) or given(data.reason) or ''
  local head = ('%s %s %s'):format(os.date('%H:%M:%S', math.floor(event.timestamp)), event.type, event.step or '')
  for line in vim.gsplit(vim.trim(text), '\n') do
    table.insert(run.log, vim.trim(head .. ' ' .. line))
  end
  -- The oldest half goes at once: removing one line at a time would move all others each time.
  if #run.log > 2 * LOG then run.log = vim.list_slice(run.log, LOG + 1) end
end

--- Takes one `downbeat/event`.
---@return downbeat.Run
function M.take(params)
  local run, event = M.get(params.run), params.event
  local data = type(event.data) == 'table' and event.data or {}
  if event.type ~= 'checkpoint' and event.type ~= 'step_progress' then log(run, event, data) end
  if ends[event.type] then run.state, run.message = ends[event.type], given(event.message) end
  if event.step and steps[event.type] then
    local step = run.steps[event.step] or { state = 'running', since = event.timestamp }
    run.steps[event.step] = step
    steps[event.type](step, event, data)
    run.changed[event.step] = true
  end
  return run
end

--- Says that the server which drove these runs is gone.
---@return downbeat.Run[] those that were going on
function M.lose(client_id)
  local lost = vim.iter(M.all()):filter(function(run) return run.client_id == client_id and run.state == 'running' end):totable()
  for _, run in ipairs(lost) do
    run.state = 'lost'
    table.insert(run.log, 'the server ended; the run is lost')
  end
  return lost
end

return M
