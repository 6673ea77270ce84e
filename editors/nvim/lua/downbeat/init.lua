--- `:Downbeat`. What a pipeline means is the server's business; this shows what it says.
local say = require('downbeat.say')
local M = {}

local parts = { 'from', 'only', 'until' }

--- `name=value` words as values: JSON where it is some, else text.
local function inputs(words)
  local given = {}
  for _, word in ipairs(words) do
    local name, value = word:match('^([^=]+)=(.*)$')
    if name then
      local ok, decoded = pcall(vim.json.decode, value)
      given[name] = ok and decoded or value
    end
  end
  return next(given) and given or nil
end

local function run(words, mode)
  local buffer, argument = vim.api.nvim_get_current_buf(), { inputs = inputs(words), uri = vim.uri_from_bufnr(0) }
  if vim.list_contains(parts, words[1]) then
    return require('downbeat.run').start_at_cursor(buffer, words[1], argument, mode)
  end
  require('downbeat.run').start(buffer, argument, mode)
end

---@type table<string, fun(words: string[])>
local commands = {
  run = function(words) run(words, 'ask') end,
  rerun = function(words) run(words, 'last') end,
  cancel = function() require('downbeat.run').cancel(vim.api.nvim_get_current_buf()) end,
  pause = function(words) require('downbeat.run').set_pace(vim.api.nvim_get_current_buf(), 'pause', words[1]) end,
  unpause = function(words) require('downbeat.run').set_pace(vim.api.nvim_get_current_buf(), 'unpause', words[1]) end,
  resume = function(words)
    local id = words[1] and not words[1]:find('=') and words[1] or nil
    require('downbeat.run').resume(vim.api.nvim_get_current_buf(), id, inputs(words))
  end,
  clear = function() require('downbeat.live').clear(vim.api.nvim_get_current_buf()) end,
  runs = function() require('downbeat.windows').runs() end,
  log = function() require('downbeat.windows').log() end,

  graph = function() require('downbeat.graph').open(vim.api.nvim_get_current_buf()) end,
  explain = function() require('downbeat.insight').open(vim.api.nvim_get_current_buf()) end,
  test = function(words)
    local name = table.concat(words, ' ')
    require('downbeat.tests').start(vim.api.nvim_get_current_buf(), name ~= '' and { name } or {})
  end,
  restart = function() require('downbeat.server').restart() end,
  trust = function()
    local server = require('downbeat.server')
    require('downbeat.trust').ask(server.root(vim.api.nvim_get_current_buf()), server.restart)
  end,
  distrust = function()
    local server = require('downbeat.server')
    require('downbeat.trust').withdraw(server.root(vim.api.nvim_get_current_buf()))
    server.restart()
  end,
}

---@param words string[]
function M.command(words)
  local command = commands[words[1]]
  if not command then return say.error('no such command: ' .. words[1]) end
  command(vim.list_slice(words, 2))
end

--- Words that may stand at the cursor of a command line.
---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  local before = vim.split(vim.trim(line:sub(1, #line - #lead)), '%s+')
  local all = {}
  if #before == 1 then
    all = vim.tbl_keys(commands)
  elseif #before == 2 and (before[2] == 'run' or before[2] == 'rerun') then
    all = vim.list_slice(parts)
  end
  table.sort(all)
  return vim.tbl_filter(function(word) return vim.startswith(word, lead) end, all)
end

return M
