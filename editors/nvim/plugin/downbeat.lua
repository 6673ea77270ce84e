if vim.g.loaded_downbeat then return end
vim.g.loaded_downbeat = true

vim.lsp.enable('downbeat')

vim.api.nvim_create_user_command('Downbeat', function(call) require('downbeat').command(call.fargs) end, {
  nargs = '+',
  desc = 'Run, watch and cancel pipelines',
  complete = function(lead, line) return require('downbeat').complete(lead, line) end,
})

vim.api.nvim_create_autocmd('LspAttach', {
  group = vim.api.nvim_create_augroup('downbeat', {}),
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'downbeat' then require('downbeat.server').attached(client, event.buf) end
  end,
})
