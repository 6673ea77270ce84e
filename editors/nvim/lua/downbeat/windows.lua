--- Windows that show what is known: the log of a run, earlier runs.
local runs = require('downbeat.runs')
local say = require('downbeat.say')
local M = {}

--- Opens a window on lines that cannot be edited, and gives its buffer.
---@param name string
---@param lines string[]
---@return integer
function M.open(name, lines)
  vim.cmd('botright new')
  local buffer = vim.api.nvim_get_current_buf()
  vim.bo[buffer].buftype, vim.bo[buffer].bufhidden, vim.bo[buffer].swapfile = 'nofile', 'wipe', false
  pcall(vim.api.nvim_buf_set_name, buffer, 'downbeat://' .. name)
  M.fill(buffer, lines)
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buffer, desc = 'Close' })
  return buffer
end

---@param buffer integer
---@param lines string[]
function M.fill(buffer, lines)
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable = false
end

--- The newest run's events.
function M.log()
  local run = runs.newest()
  if not run then return say.warn('no run yet') end
  M.open('log/' .. run.id, run.log)
end

--- Runs of the workspace, newest first, as the journal has them.
function M.runs()
  local root = require('downbeat.server').root(vim.api.nvim_get_current_buf())
  local binary = vim.lsp.config.downbeat.cmd[1]
  vim.system({ binary, 'runs', '--color', 'never' }, { cwd = root, text = true }, vim.schedule_wrap(function(out)
    if out.code ~= 0 then return say.error(vim.trim(out.stderr)) end
    M.open('runs', vim.split(vim.trim(out.stdout), '\n'))
  end))
end

return M
