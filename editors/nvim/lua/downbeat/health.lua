--- `:checkhealth downbeat`
local M = {}

local function server()
  local binary = vim.lsp.config.downbeat.cmd[1]
  if vim.fn.executable(binary) == 0 then
    return vim.health.error(('`%s` cannot be started'):format(binary), { 'put `downbeat` on your PATH, or set `g:downbeat_server`' })
  end
  local out = vim.system({ binary, '--version' }, { text = true }):wait()
  if out.code == 0 then vim.health.ok(vim.trim(out.stdout)) else vim.health.error(vim.trim(out.stderr)) end
end

function M.check()
  vim.health.start('downbeat')
  if vim.fn.has('nvim-0.11') == 1 then
    vim.health.ok('Neovim 0.11 or later')
  else
    vim.health.error('Neovim 0.11 or later is needed')
  end
  server()
  local trusted = require('downbeat.trust').folders()
  if #trusted == 0 then
    vim.health.info('no folder is trusted, so nothing runs: `:Downbeat trust` in a pipeline, or `g:downbeat_trusted`')
  else
    vim.health.ok('trusted: ' .. table.concat(trusted, ', '))
  end
  local clients = vim.lsp.get_clients({ name = 'downbeat' })
  for _, client in ipairs(clients) do
    vim.health.ok(('a server is attached to %d buffers of %s'):format(#vim.tbl_keys(client.attached_buffers), client.config.root_dir))
  end
  if #clients == 0 then vim.health.info('no server is attached: open a pipeline') end
end

return M
