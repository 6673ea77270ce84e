--- Which folders' pipelines may run. A pipeline is somebody's program: without the user's word nothing runs.
local say = require('downbeat.say')
local store = require('downbeat.store')
local M = {}

local function is_below(folder, parent)
  parent = vim.fs.normalize(parent)
  return folder == parent or vim.startswith(folder, parent:gsub('/$', '') .. '/')
end

--- Whether pipelines below `root` may run: `g:downbeat_trusted` is true or names it, or `:Downbeat trust` was said.
---@param root string?
---@return boolean
function M.covers(root)
  local configured = vim.g.downbeat_trusted
  if configured == true then return true end
  if not root then return false end
  local all = vim.list_extend(type(configured) == 'table' and vim.deepcopy(configured) or {}, store.read('trusted'))
  root = vim.fs.normalize(root)
  return vim.iter(all):any(function(folder) return is_below(root, folder) end)
end

--- Every folder that is trusted, for people.
---@return string[]
function M.folders()
  local configured = vim.g.downbeat_trusted
  if configured == true then return { 'every folder' } end
  return vim.list_extend(type(configured) == 'table' and vim.deepcopy(configured) or {}, store.read('trusted'))
end

--- Asks whether `root` is trusted, and remembers it; `done` is called when it is.
---@param root string
---@param done fun()
function M.ask(root, done)
  if M.covers(root) then
    say.info(root .. ' is trusted already')
    return done()
  end
  local yes = 'Trust it: its pipelines may run commands'
  vim.ui.select({ yes, 'Leave it' }, { prompt = 'Trust ' .. root .. '?' }, function(choice)
    if choice ~= yes then return end
    local all = store.read('trusted')
    table.insert(all, vim.fs.normalize(root))
    store.write('trusted', all)
    done()
  end)
end

--- Takes back what `:Downbeat trust` gave to `root` and to folders above it.
---@param root string
function M.withdraw(root)
  root = vim.fs.normalize(root)
  store.write('trusted', vim.iter(store.read('trusted')):filter(function(folder) return not is_below(root, folder) end):totable())
end

return M
