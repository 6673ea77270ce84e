-- A hover that is open while a model is asked, inside Neovim. Driven by tests/nvim.rs, which starts who answers.
local here = vim.fs.dirname(vim.fs.abspath(debug.getinfo(1, 'S').source:sub(2)))
local t = dofile(here .. '/harness.lua')
local check, wait = t.check, t.wait

local heard = 0
local words = require('downbeat.words')
local come = words.come
words.come = function(uri)
  come(uri)
  heard = heard + 1
end

--- Every float's text.
local function floats()
  local texts = {}
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      table.insert(texts, table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n'))
    end
  end
  return texts
end

local function shows(text) return function() return (floats()[1] or ''):find(text, 1, true) ~= nil end end

local function close()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then vim.api.nvim_win_close(window, true) end
  end
end

local function trusted()
  local buffer, client = t.open('tides.pipeline.yaml')
  t.stand_on('name: Tide report', 8)
  vim.lsp.buf.hover()
  check('nobody is asked in a folder that is not trusted', wait(shows('when the water is highest')) and not wait(function() return heard > 0 end, 500))
  close()
  t.will_answer('Trust it')
  vim.cmd('Downbeat trust')
  check('a trusted folder gets a new server', wait(function() return t.client(buffer) ~= nil and t.client(buffer).id ~= client.id end))
end

local function into_an_open_hover()
  local buffer = t.open('tides.pipeline.yaml')
  t.stand_on('name: Tide report', 8)
  vim.lsp.buf.hover()
  check('the facts stand first', wait(shows('when the water is highest')) and not shows('In the words of')(), floats())
  check('the words come into the hover that is open', wait(shows('The step `table` writes a file.')), floats())
  check('who says so is told', shows('In the words of')(), floats())
  check('what the facts do not cover is left out', not shows('captain')(), floats())
  check('one hover is open, and nobody is in it', #floats() == 1 and vim.api.nvim_get_current_buf() == buffer, floats())
  close()
  vim.lsp.buf.hover()
  check('who looks again sees them at once', wait(shows('The step `table` writes a file.')), floats())
  close()
end

local function into_no_closed_one()
  local buffer = t.open('tides.pipeline.yaml')
  t.stand_on('name: Tide report', 8)
  vim.api.nvim_buf_set_text(buffer, 1, 6, 1, 17, { 'Tides' })
  local before = heard
  vim.lsp.buf.hover()
  check('an edit asks anew', wait(shows('when the water is highest')) and not shows('In the words of')(), floats())
  close()
  check('words that come when the hover is closed open none', wait(function() return heard > before end) and #floats() == 0, floats())
  vim.cmd('edit!')
end

t.finish({ trusted, into_an_open_hover, into_no_closed_one })
