--- `:checkhealth downbeat`
local M = {}

function M.check()
  vim.health.start('downbeat')
  if vim.fn.has('nvim-0.11') == 1 then
    vim.health.ok('Neovim 0.11 or later')
  else
    vim.health.error('Neovim 0.11 or later is needed')
  end
  local binary = (vim.lsp.config.downbeat.cmd or {})[1]
  if vim.fn.executable(binary) == 0 then
    vim.health.error(('`%s` cannot be started'):format(binary), { 'put `downbeat` on your PATH, or set `g:downbeat_server`' })
  else
    local out = vim.system({ binary, '--version' }):wait()
    if out.code == 0 then vim.health.ok(vim.trim(out.stdout)) else vim.health.error(out.stderr) end
  end
  local trusted = vim.g.downbeat_trusted
  if trusted == nil then
    vim.health.info('no folder is trusted: nothing runs until `g:downbeat_trusted` names one')
  else
    vim.health.ok('trusted: ' .. vim.inspect(trusted))
  end
  if #vim.lsp.get_clients({ name = 'downbeat' }) > 0 then vim.health.ok('the server is attached') end
end

return M
