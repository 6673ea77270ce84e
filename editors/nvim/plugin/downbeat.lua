if vim.g.loaded_downbeat then return end
vim.g.loaded_downbeat = true

vim.lsp.enable('downbeat')

vim.api.nvim_create_user_command('Downbeat', function(args) require('downbeat').command(args.fargs) end, {
  nargs = '+',
  desc = 'Run, cancel and list pipelines',
  complete = function(lead, line) return require('downbeat').complete(lead, line) end,
})

-- Lenses are drawn again when the text rests, not at every key.
vim.api.nvim_create_autocmd('LspAttach', {
  group = vim.api.nvim_create_augroup('downbeat', {}),
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if not client or client.name ~= 'downbeat' then return end
    require('downbeat').attach(client, event.buf)
  end,
})
