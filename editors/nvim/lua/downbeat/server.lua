--- The server's life: which one a buffer has, what is switched on with it, and its return after a crash.
local say = require('downbeat.say')
local M = {}

--- Milliseconds before each new start; a server that ends once more within the window is left alone.
M.delays = { 200, 1000, 3000, 8000 }
local WINDOW = 180 -- seconds
local crashes = {}

--- The workspace of a buffer, whose trust counts: the nearest folder with a marker, else the file's own.
---@param buffer integer
---@return string
function M.root(buffer)
  local file = vim.api.nvim_buf_get_name(buffer)
  local folder = file ~= '' and vim.fs.dirname(file) or assert(vim.uv.cwd())
  local marker = vim.fs.find({ 'downbeat.toml', '.downbeat', '.git' }, { path = folder, upward = true })[1]
  return marker and vim.fs.dirname(marker) or folder
end

---@param buffer integer?
---@return vim.lsp.Client?
function M.of(buffer)
  return vim.lsp.get_clients({ name = 'downbeat', bufnr = buffer or vim.api.nvim_get_current_buf() })[1]
end

--- Switches on what Neovim leaves to its user: completion, lenses, hints.
---@param client vim.lsp.Client
---@param buffer integer
function M.attached(client, buffer)
  if client:supports_method('textDocument/completion') then
    vim.lsp.completion.enable(true, client.id, buffer, { autotrigger = vim.g.downbeat_autocomplete == true })
  end
  if client:supports_method('textDocument/inlayHint') then
    vim.lsp.inlay_hint.enable(vim.g.downbeat_hints ~= false, { bufnr = buffer })
  end
  if client:supports_method('textDocument/codeLens') and vim.g.downbeat_lenses ~= false then
    -- Lenses are drawn again when the text rests, not at every key.
    local refresh = function() vim.lsp.codelens.refresh({ bufnr = buffer }) end
    refresh()
    vim.api.nvim_create_autocmd({ 'InsertLeave', 'TextChanged', 'BufEnter' }, {
      group = vim.api.nvim_create_augroup('downbeat.lenses.' .. buffer, {}),
      buffer = buffer,
      callback = refresh,
    })
  end
end

--- Stops every server and starts new ones for the buffers that are open.
function M.restart()
  crashes = {}
  for _, client in ipairs(vim.lsp.get_clients({ name = 'downbeat' })) do client:stop() end
  local gone = function() return #vim.lsp.get_clients({ name = 'downbeat' }) == 0 end
  vim.wait(3000, gone, 20)
  for _, client in ipairs(vim.lsp.get_clients({ name = 'downbeat' })) do client:stop(true) end
  vim.wait(1000, gone, 20)
  vim.lsp.enable('downbeat')
end

--- A server has ended. One that was not asked to is started again, later each time.
function M.ended(code, signal, client_id)
  -- Callbacks of processes may not call most of Neovim.
  vim.schedule(function()
    -- 15 is what Neovim sends to a server that does not stop when asked.
    if (code == 0 and signal == 0) or signal == 15 or vim.v.exiting ~= vim.NIL then return end
    require('downbeat.live').lost(client_id)
    local now = vim.uv.now() / 1000
    crashes = vim.iter(crashes):filter(function(at) return now - at < WINDOW end):totable()
    table.insert(crashes, now)
    local delay = M.delays[#crashes]
    local how = signal ~= 0 and ('signal %d'):format(signal) or ('code %d'):format(code)
    if not delay then
      local text = 'the server ended %d times (now with %s) and is left alone; `:Downbeat restart` starts it, `:LspLog` may say why'
      return say.error(text:format(#crashes, how))
    end
    say.warn(('the server ended with %s; starting it again'):format(how))
    vim.defer_fn(function() vim.lsp.enable('downbeat') end, delay)
  end)
end

return M
