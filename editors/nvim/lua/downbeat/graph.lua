--- The pipeline as a drawing of text: stage by stage, each step with what it waits for and why. It follows the text.
local say = require('downbeat.say')
local server = require('downbeat.server')
local windows = require('downbeat.windows')
local M = {}

local PAUSE = 150 -- milliseconds in which edits are gathered before the server is asked again

---@class downbeat.Drawing
---@field source integer buffer of the pipeline
---@field places table<integer, integer> line of the drawing, from 1, to line of the step, from 0
---@type table<integer, downbeat.Drawing> by buffer of the drawing
local drawings = {}

local function given(value)
  if value ~= vim.NIL then return value end
end

local words = { maybe = ' (perhaps)', earlier = ' (from the round before)', never = ' (never)', unknown = ' (unknown)' }

local function edges_into(graph)
  local into = {}
  for _, edge in ipairs(graph.edges) do
    into[edge.to] = into[edge.to] or {}
    table.insert(into[edge.to], edge)
  end
  return into
end

--- The lines of a drawing, and for each the line of the step that it is about.
local function render(graph)
  local lines, places, into, children, titles = {}, {}, edges_into(graph), {}, {}
  for _, node in ipairs(graph.nodes) do
    titles[node.id] = node.title
    local parent = given(node.parent) or ''
    children[parent] = children[parent] or {}
    table.insert(children[parent], node)
  end
  local function put(indent, text, node)
    table.insert(lines, ('  '):rep(indent) .. text)
    local range = node and given(node.selectionRange)
    if range then places[#lines] = range.start.line end
  end
  local function step(node, indent)
    local loop = given(node.loop)
    local about = vim.iter({ given(node.detail), loop and loop.bound, given(node.condition) and 'if ' .. node.condition }):totable()
    put(indent, node.title .. (#about > 0 and '  ' .. table.concat(about, ', ') or ''), node)
    for _, edge in ipairs(into[node.id] or {}) do
      put(indent + 1, ('after %s: %s%s'):format(titles[edge.from] or edge.from, edge.because, words[edge.certain] or ''), node)
    end
    for _, problem in ipairs(node.problems) do put(indent + 1, problem.severity .. ': ' .. problem.message, node) end
    for _, child in ipairs(children[node.id] or {}) do step(child, indent + 1) end
  end
  local drawn = {}
  for index, stage in ipairs(graph.stages) do
    put(0, ('stage %d'):format(index))
    for _, node in ipairs(children[''] or {}) do
      if vim.list_contains(stage, node.id) then
        drawn[node.id] = true
        step(node, 1)
      end
    end
  end
  local rest = vim.iter(children[''] or {}):filter(function(node) return not drawn[node.id] end):totable()
  if #rest > 0 then put(0, 'in no stage') end
  for _, node in ipairs(rest) do step(node, 1) end
  if #graph.nodes == 0 then put(0, 'no steps yet') end
  return lines, places
end

local function refresh(buffer)
  local drawing = drawings[buffer]
  local client = drawing and server.of(drawing.source)
  if not client then return end
  client:request('downbeat/graph', { uri = vim.uri_from_bufnr(drawing.source) }, function(err, graph)
    if not drawings[buffer] or not vim.api.nvim_buf_is_valid(buffer) then return end
    -- An edit overtook the request; the server says so by a notification, too.
    if err then return err.code ~= -32801 and say.error(err.message) end
    local lines, places = render(graph)
    drawing.places = places
    windows.fill(buffer, lines)
  end, drawing.source)
end

local function go_to_step(buffer)
  local drawing = drawings[buffer]
  local line = drawing.places[vim.api.nvim_win_get_cursor(0)[1]]
  if not line then return end
  local window = vim.fn.bufwinid(drawing.source)
  if window == -1 then
    vim.cmd('aboveleft split')
    vim.api.nvim_win_set_buf(0, drawing.source)
  else
    vim.api.nvim_set_current_win(window)
  end
  vim.api.nvim_win_set_cursor(0, { math.min(line + 1, vim.api.nvim_buf_line_count(drawing.source)), 0 })
end

--- Opens the drawing of a buffer's pipeline.
---@param source integer
function M.open(source)
  if not server.of(source) then return say.error('no server for this buffer') end
  local buffer = windows.open('graph/' .. vim.fs.basename(vim.api.nvim_buf_get_name(source)), {})
  drawings[buffer] = { source = source, places = {} }
  vim.keymap.set('n', '<CR>', function() go_to_step(buffer) end, { buffer = buffer, desc = 'Go to the step' })
  vim.api.nvim_create_autocmd('BufWipeout', { buffer = buffer, callback = function() drawings[buffer] = nil end })
  refresh(buffer)
end

--- Called with every `downbeat/graphChanged` of the server.
---@param uri string
function M.outdated(uri)
  vim.defer_fn(function()
    for buffer, drawing in pairs(drawings) do
      if vim.uri_from_bufnr(drawing.source) == uri then refresh(buffer) end
    end
  end, PAUSE)
end

return M
