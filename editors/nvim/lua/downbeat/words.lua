--- A model's words in a hover that is already open: the facts stand at once, the words come in below them.
local M = {}

local HOVER = 'textDocument/hover' -- the mark that Neovim puts on the window of a hover

--- Words have come for a pipeline, or are known not to: its hover, if one is open and nobody has gone into it, is made anew.
---@param uri string
function M.come(uri)
  local buffer = vim.uri_to_bufnr(uri)
  if buffer ~= vim.api.nvim_get_current_buf() then return end
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    if vim.w[window][HOVER] == buffer then return vim.lsp.buf.hover({ focus = false, silent = true }) end
  end
end

return M
