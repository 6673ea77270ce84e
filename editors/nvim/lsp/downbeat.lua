-- Configuration of the server for Neovim's own client: `vim.lsp.enable('downbeat')` starts it.
-- Nothing runs unless the user trusts the folder: see `:help downbeat-trust`.
local downbeat = require('downbeat')

return {
  cmd = { vim.g.downbeat_server or vim.env.DOWNBEAT or 'downbeat', 'lsp' },
  filetypes = { 'yaml.downbeat' },
  root_markers = { 'downbeat.toml', '.downbeat', '.git' },
  get_language_id = function() return 'downbeat' end,
  before_init = function(params, config)
    params.initializationOptions = { trusted = downbeat.is_trusted(config.root_dir) }
  end,
  handlers = { ['downbeat/event'] = function(_, params) downbeat.on_event(params) end },
}
