--- What a pipeline is for and how it works, in a window of its own.
local say = require('downbeat.say')
local server = require('downbeat.server')
local windows = require('downbeat.windows')
local M = {}

--- Tells about a buffer's pipeline as its text is now.
---@param source integer
function M.open(source)
  local client = server.of(source)
  if not client then return say.error('no server for this buffer') end
  client:request('downbeat/insight', { uri = vim.uri_from_bufnr(source) }, function(err, insight)
    if err then return say.error(err.message) end
    local text = insight.explanation .. '\n\n## Step by step\n\n' .. insight.architecture
    local name = vim.fs.basename(vim.api.nvim_buf_get_name(source))
    local buffer = windows.open('insight/' .. name, vim.split(vim.trim(text), '\n'))
    vim.bo[buffer].filetype = 'markdown'
    vim.wo[vim.api.nvim_get_current_win()].wrap = true
  end, source)
end

return M
