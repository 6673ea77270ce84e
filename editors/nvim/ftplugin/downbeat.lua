-- Folds by the server's ranges, all open, where the window's folds are still Neovim's default.
if vim.g.downbeat_folding ~= false and vim.wo.foldmethod == 'manual' then
  local window = vim.wo[0][0]
  window.foldmethod, window.foldexpr, window.foldlevel = 'expr', 'v:lua.vim.lsp.foldexpr()', 99
end
