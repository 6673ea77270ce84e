-- Configuration of the server for Neovim's own client: `vim.lsp.enable('downbeat')` starts it.
-- Nothing runs unless the user trusts the folder: see `:help downbeat-trust`.
local server = require('downbeat.server')

return {
  cmd = { vim.g.downbeat_server or vim.env.DOWNBEAT or 'downbeat', 'lsp' },
  filetypes = { 'yaml.downbeat' },
  root_dir = function(buffer, found) found(server.root(buffer)) end,
  get_language_id = function() return 'downbeat' end,
  before_init = function(params, config)
    params.initializationOptions = { trusted = require('downbeat.trust').covers(config.root_dir), asks = true, wording = vim.g.downbeat_wording and 'on' or 'off' }
  end,
  on_exit = server.ended,
  handlers = {
    ['downbeat/event'] = function(_, params, context) require('downbeat.live').take(params, context.client_id) end,
    ['downbeat/test'] = function(_, params) require('downbeat.tests').take(params) end,
    ['downbeat/ask'] = function(_, params) return require('downbeat.people').answer(params) end,
    ['downbeat/words'] = function(_, params) require('downbeat.words').come(params.uri) end,
    ['downbeat/graphChanged'] = function(_, params) require('downbeat.graph').outdated(params.uri) end,
  },
  -- A lens goes the way of the command: it asks for inputs and is drawn.
  commands = {
    ['downbeat.run'] = function(command, context)
      require('downbeat.run').start(context.bufnr, command.arguments[1])
    end,
    ['downbeat.cancel'] = function(command, context)
      require('downbeat.run').cancel(context.bufnr, command.arguments[1].run)
    end,
  },
}
