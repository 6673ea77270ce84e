--- What is remembered between sessions: one JSON file a subject, in Neovim's state folder.
local say = require('downbeat.say')
local M = {}

local function path(subject) return vim.fs.joinpath(vim.fn.stdpath('state') --[[@as string]], 'downbeat', subject .. '.json') end

--- What was kept; an empty table when there is nothing, or nothing that can be read.
---@param subject string
---@return table
function M.read(subject)
  local file = io.open(path(subject), 'r')
  if not file then return {} end
  local text = file:read('*a')
  file:close()
  local ok, kept = pcall(vim.json.decode, text, { luanil = { object = true, array = true } })
  if ok and type(kept) == 'table' then return kept end
  say.warn(('%s cannot be read and is passed over'):format(path(subject)))
  return {}
end

---@param subject string
---@param kept table
function M.write(subject, kept)
  local name = path(subject)
  vim.fn.mkdir(vim.fs.dirname(name), 'p')
  local file, why = io.open(name, 'w')
  if not file then return say.warn('cannot remember: ' .. why) end
  file:write(vim.json.encode(kept))
  file:close()
end

return M
