-- A person's session, inside Neovim: open, see, fix, complete, rename, run, watch, cancel. Driven by tests/nvim.rs.
-- Prints a line a check and a closing count; ends with code 1 when a check failed.
local here = vim.fs.dirname(vim.fs.abspath(debug.getinfo(1, 'S').source:sub(2)))
local t = dofile(here .. '/harness.lua')
local live, runs = require('downbeat.live'), require('downbeat.runs')
local check, wait = t.check, t.wait

local function shows(buffer, line, pattern)
  return vim.iter(live.drawn(buffer)):any(function(mark) return mark[1] == line and mark[2]:match(pattern) ~= nil end)
end

local function step_shows(buffer, step, pattern)
  local line = t.place(buffer, 'id: ' .. step)
  return wait(function() return shows(buffer, line, pattern) end)
end

local function ended(state)
  return wait(function() return runs.newest() ~= nil and runs.newest().state == state end)
end

local function opened()
  local buffer, client = t.open('tides.pipeline.yaml')
  check('the filetype is set', vim.bo[buffer].filetype == 'yaml.downbeat', vim.bo[buffer].filetype)
  check('the server is attached', client ~= nil)
end

local function see_and_fix()
  local buffer = t.open('tides.pipeline.yaml')
  wait(function() return vim.tbl_contains(t.codes(buffer), 'unknown-step') end)
  local line, column = t.stand_on('laod')
  local seen = vim.tbl_filter(function(it) return it.code == 'unknown-step' end, vim.diagnostic.get(buffer))[1] or {}
  check('the wrong dependency is seen at its place', seen.lnum == line and seen.col == column, vim.diagnostic.get(buffer))
  vim.lsp.buf.code_action({ apply = true, filter = function(action) return action.title:find('load', 1, true) ~= nil end })
  local text = function() return vim.api.nvim_buf_get_lines(buffer, line, line + 1, false)[1] end
  check('the fix is applied', wait(function() return text():find('[load]', 1, true) ~= nil end), text())
  check('the error is gone', wait(function() return #t.codes(buffer) == 0 end), vim.diagnostic.get(buffer))
end

local function hover()
  t.open('tides.pipeline.yaml')
  t.stand_on('name: Tide report', 8)
  local text = t.float(vim.lsp.buf.hover)
  check('hover on its name tells what the pipeline is for', text and text:find('when the water is highest', 1, true), text)
end

local function complete()
  local buffer = t.open('experts.pipeline.yaml')
  local function at(needle, behind, wanted)
    t.stand_on(needle, #behind)
    local labels = t.proposed(buffer)
    check(('`%s` is proposed'):format(wanted), vim.tbl_contains(labels, wanted), labels)
  end
  at('expert: editor', 'expert: ', 'critic')
  at('personality: dry', 'personality: ', 'dry')
  at('personality: dry', 'personality: ', 'harbour-master')
  at('type="integer"', '', 'choices')

  -- The menu, by keys as a person types them.
  local menu
  vim.api.nvim_create_autocmd('CompleteChanged', {
    buffer = buffer,
    callback = function() menu = vim.tbl_map(function(item) return item.word end, vim.fn.complete_info({ 'items' }).items) end,
  })
  t.stand_on('expert: editor', #'expert: ')
  local keys = function(text) return vim.api.nvim_replace_termcodes(text, true, false, true) end
  vim.api.nvim_feedkeys(keys('C<C-x><C-o>'), 'tn', false)
  local timer = assert(vim.uv.new_timer())
  timer:start(50, 50, vim.schedule_wrap(function()
    if not menu or timer:is_closing() then return end
    timer:close()
    vim.api.nvim_feedkeys(keys('<C-e><Esc>'), 'tn', false)
  end))
  vim.defer_fn(function() menu = menu or {} end, 15000)
  vim.api.nvim_feedkeys('', 'x!', false)
  check('the completion menu opens', menu and vim.tbl_contains(menu, 'critic'), menu)
  vim.cmd('edit!')
end

local function rename_and_references()
  local buffer, client = t.open('tides.pipeline.yaml')
  t.stand_on('id: table', 5)
  vim.lsp.buf.rename('tide_table')
  local renamed = wait(function() return pcall(t.place, buffer, '{{ tide_table.path }}') end)
  check('a step is renamed, in templates too', renamed and pcall(t.place, buffer, 'id: tide_table'), vim.api.nvim_buf_get_lines(buffer, 0, -1, false))
  t.stand_on('id: load', 5)
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  params.context = { includeDeclaration = true }
  local answer = client:request_sync('textDocument/references', params, 10000, buffer)
  check('every reference is found', answer and #(answer.result or {}) == 3, answer)
end

local function hints_tokens_folds()
  local buffer, client = t.open('tides.pipeline.yaml')
  local range = { start = { line = 0, character = 0 }, ['end'] = { line = vim.api.nvim_buf_line_count(buffer), character = 0 } }
  local hints = wait(function() return #vim.lsp.inlay_hint.get({ bufnr = buffer, range = range }) > 0 end)
  check('hints are shown', vim.lsp.inlay_hint.is_enabled({ bufnr = buffer }) and hints)
  local line, column = t.place(buffer, 'harbour }}')
  vim.lsp.semantic_tokens.force_refresh(buffer)
  check('a name in a template is coloured', wait(function() return #(vim.lsp.semantic_tokens.get_at_pos(buffer, line, column) or {}) > 0 end))
  check('folds come from the server', vim.wo.foldexpr == 'v:lua.vim.lsp.foldexpr()')
  local first = t.place(buffer, 'id: load')
  check('a step folds', wait(function() return vim.fn.foldlevel(first + 1) > 0 end))
  local lens = wait(function()
    return vim.iter(vim.lsp.codelens.get(buffer)):any(function(it) return it.command and it.command.title:match('Run') ~= nil end)
  end)
  check('a Run lens is there', lens, client and vim.lsp.codelens.get(buffer))
end

local function nothing_runs_untrusted()
  local buffer, client = t.open('tides.pipeline.yaml')
  vim.cmd('Downbeat run')
  check('the plugin refuses in a folder that is not trusted', t.heard('is not trusted'), t.said)
  local params = { command = 'downbeat.run', arguments = { { uri = vim.uri_from_bufnr(buffer) } } }
  local answer = client:request_sync('workspace/executeCommand', params, 10000, buffer)
  check('so does the server', answer and answer.err and answer.err.data and answer.err.data.reason == 'untrusted', answer)
  t.will_answer('Trust it')
  vim.cmd('Downbeat trust')
  check('a trusted folder gets a new server', wait(function() return t.client(buffer) ~= nil and t.client(buffer).id ~= client.id end))
end

local function run_and_watch()
  local buffer = t.open('tides.pipeline.yaml')
  local kinds = {}
  vim.api.nvim_create_autocmd('LspProgress', { callback = function(event) table.insert(kinds, event.data.params.value.kind) end })
  t.will_answer('Run')
  vim.cmd('Downbeat run')
  check('the run completes', ended('completed'), { runs.newest(), t.said })
  check('every step is drawn as done', step_shows(buffer, 'tide_table', '^done in')
    and step_shows(buffer, 'load', '^done in') and step_shows(buffer, 'announce', '^done in'), live.drawn(buffer))
  check('progress begins and ends', wait(function() return kinds[1] == 'begin' and kinds[#kinds] == 'end' end), kinds)
  vim.cmd('Downbeat log')
  local log = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  check('the log holds the output', log:find('Cuxhaven: high water at four', 1, true) ~= nil, log)
  vim.cmd('close')
  vim.cmd('Downbeat runs')
  check('the run is listed', wait(function() return vim.api.nvim_buf_get_name(0):find('downbeat://runs', 1, true) ~= nil end)
    and table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n'):find('tides', 1, true) ~= nil)
  vim.cmd('close')
end

local function failure()
  local buffer = t.open('failing.pipeline.yaml')
  vim.cmd('Downbeat run')
  check('the run fails', ended('failed'), { runs.newest(), t.said })
  check('the reason stands on the line of its step', step_shows(buffer, 'missing', '^failed in .*: File not found: no/such/file.txt'), live.drawn(buffer))
  check('the step behind it was not reached', step_shows(buffer, 'never', '^not reached'), live.drawn(buffer))
end

local function asked()
  local buffer = t.open('asking.pipeline.yaml')
  -- Required inputs by themselves, then a look at all: one is changed.
  t.will_answer('Ida', 'tone: plain', 'warm', 'Run')
  vim.cmd('Downbeat run')
  check('inputs are asked for', ended('completed') and t.heard('asked `name'), { runs.newest(), t.said })
  check('the run gets them', table.concat(runs.newest().log, '\n'):find('Ida, warm, 2', 1, true) ~= nil, runs.newest())
  local before = runs.newest().id
  vim.cmd('Downbeat rerun count=3')
  wait(function() return runs.newest().id ~= before end)
  check('they are remembered', ended('completed') and table.concat(runs.newest().log, '\n'):find('Ida, warm, 3', 1, true) ~= nil, { runs.newest(), t.said })
  local lens
  wait(function()
    lens = vim.iter(vim.lsp.codelens.get(buffer)):find(function(it) return it.command and it.command.title == 'Run' end)
    return lens ~= nil
  end)
  t.will_answer('count: 3', '4', 'Run')
  before = runs.newest().id
  t.client(buffer):exec_cmd(lens.command, { bufnr = buffer })
  wait(function() return runs.newest().id ~= before end)
  check('a lens asks too', ended('completed') and table.concat(runs.newest().log, '\n'):find('Ida, warm, 4', 1, true) ~= nil, { runs.newest(), t.said })
end

local function cancel()
  local buffer = t.open('slow.pipeline.yaml')
  vim.cmd('Downbeat run')
  check('the running step shows its time and its output', step_shows(buffer, 'count', '^running %d+ s: tick'), live.drawn(buffer))
  check('the step behind it waits', step_shows(buffer, 'after', '^waiting'), live.drawn(buffer))
  vim.cmd('Downbeat cancel')
  check('the run is cancelled', ended('cancelled'), runs.newest())
  check('the line says so', step_shows(buffer, 'count', '^cancelled'), live.drawn(buffer))
end

local function crash()
  local buffer, client = t.open('slow.pipeline.yaml')
  vim.cmd('Downbeat run')
  step_shows(buffer, 'count', '^running')
  for _, pid in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
    if (vim.api.nvim_get_proc(pid) or {}).name == 'downbeat' then vim.uv.kill(pid, 'sigkill') end
  end
  check('a crash is said', t.heard('the server ended with signal 9; starting it again'), t.said)
  check('its run is marked as lost', step_shows(buffer, 'count', '^lost'), live.drawn(buffer))
  check('the server comes back', wait(function() return t.client(buffer) ~= nil and t.client(buffer).id ~= client.id end))
  vim.api.nvim_buf_set_lines(buffer, -1, -1, false, { '    dependencies: [nobody]' })
  check('and knows the document', wait(function() return vim.tbl_contains(t.codes(buffer), 'unknown-step') end), vim.diagnostic.get(buffer))
  vim.cmd('edit!')
end

--- Events are taken as they come, and drawn ten times a second: the number of drawings does not grow with theirs.
local function flood()
  local buffer, client = t.open('slow.pipeline.yaml')
  local symbols = client:request_sync('textDocument/documentSymbol', { textDocument = { uri = vim.uri_from_bufnr(buffer) } }, 10000, buffer)
  live.follow('flood', buffer, symbols.result, true)
  local drawn, put = 0, vim.api.nvim_buf_set_extmark
  vim.api.nvim_buf_set_extmark = function(...)
    drawn = drawn + 1
    return put(...)
  end
  local event = function(kind, step, data) live.take({ run = 'flood', seq = 0, event = { type = kind, step = step, timestamp = os.time(), data = data } }) end
  event('step_started', 'count', {})
  for index = 1, 10000 do event('step_output', 'count', { text = 'line ' .. index .. '\n' }) end
  check('10,000 events draw nothing while they come', drawn == 0, drawn)
  check('the last of them is shown', step_shows(buffer, 'count', 'line 10000'), live.drawn(buffer))
  check('a few drawings were enough', drawn < 20, drawn)
  event('run_completed')
  vim.api.nvim_buf_set_extmark = put
  check('the log is bounded and ends with the newest', #runs.get('flood').log <= 10000 and vim.iter(runs.get('flood').log):any(function(line) return line:find('line 10000', 1, true) ~= nil end))
end

local function people()
  local buffer = t.open('people.pipeline.yaml')
  -- The note is refused once; the text of the gate is changed in a buffer.
  t.will_answer('pdf', 'NO', 'high water', 'modify')
  vim.cmd('Downbeat run')
  local draft
  local function opened_draft()
    for _, other in ipairs(vim.api.nvim_list_bufs()) do
      if vim.api.nvim_buf_get_name(other):find('downbeat://answer/gate', 1, true) then draft = other end
    end
    return draft ~= nil
  end
  check('a text to be changed opens', wait(opened_draft), t.said)
  local before = draft and table.concat(vim.api.nvim_buf_get_lines(draft, 0, -1, false), '|') or ''
  check('it holds what was answered before', before:find('pdf|high water', 1, true) == 1, before)
  check('what did not fit was said', t.heard('expected something like'))
  if not draft then return end
  vim.api.nvim_buf_set_lines(draft, 0, -1, false, { 'better' })
  vim.api.nvim_buf_call(draft, function() vim.cmd('write') end)
  check('the run goes on with the answers', ended('completed'), runs.newest())
  local file = vim.fs.joinpath(vim.fs.dirname(vim.api.nvim_buf_get_name(buffer)), 'decided.txt')
  check('what was decided is written', vim.fn.readfile(file)[1] == 'better', vim.fn.readfile(file))
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if #vim.api.nvim_list_wins() > 1 and vim.api.nvim_win_get_buf(window) ~= buffer then vim.api.nvim_win_close(window, true) end
  end
  vim.api.nvim_set_current_buf(buffer)
end

local function graph()
  local buffer = t.open('tides.pipeline.yaml')
  vim.cmd('Downbeat graph')
  local drawing
  local function text() return table.concat(vim.api.nvim_buf_get_lines(drawing, 0, -1, false), '\n') end
  wait(function()
    drawing = vim.api.nvim_get_current_buf()
    return drawing ~= buffer
  end)
  check('the graph shows each step with its reasons', wait(function() return text():find('{{ tide_table.path }}', 1, true) ~= nil end), text())
  t.stand_on('announce')
  vim.api.nvim_feedkeys(vim.keycode('<CR>'), 'x', false)
  local line = t.place(buffer, 'id: announce')
  check('Enter goes to the step', vim.api.nvim_get_current_buf() == buffer and vim.api.nvim_win_get_cursor(0)[1] == line + 1, vim.api.nvim_win_get_cursor(0))
  vim.api.nvim_buf_set_lines(buffer, -1, -1, false, { '#' })
  t.stand_on('id: load', 4)
  vim.api.nvim_feedkeys('ciwreload' .. vim.keycode('<Esc>'), 'xn', false)
  check('the graph follows the text', wait(function() return text():find('reload', 1, true) ~= nil end), text())
  vim.cmd('silent undo')
  vim.api.nvim_buf_delete(drawing, {})
end

local function tested()
  local buffer = t.open('greet.pipeline.yaml')
  vim.cmd('Downbeat test')
  check('tests are run and counted', wait(function() return t.heard('1 passed, 1 failed') end), t.said)
  local listed = vim.fn.getqflist()
  check('what does not hold is listed', #listed == 1 and listed[1].text:find('Hello, Ada', 1, true) ~= nil and listed[1].lnum == 10, listed)
  local tests = t.open('greet.pipeline.test.yaml')
  local found = vim.tbl_filter(function(it) return it.source == 'downbeat test' end, vim.diagnostic.get(tests))
  check('and stands on its line', #found == 1 and found[1].lnum == 9, found)
  vim.cmd('Downbeat test greets the world')
  check('one test can be run alone', wait(function() return t.heard('1 passed, 0 failed') end), t.said)
  vim.api.nvim_set_current_buf(buffer)
end

local function words()
  local all = vim.fn.getcompletion('Downbeat ', 'cmdline')
  check('commands are completed', vim.tbl_contains(all, 'run') and vim.tbl_contains(all, 'graph') and vim.tbl_contains(all, 'trust'), all)
  check('their words too', vim.deep_equal(vim.fn.getcompletion('Downbeat run ', 'cmdline'), { 'from', 'only', 'until' }), vim.fn.getcompletion('Downbeat run ', 'cmdline'))
  check('the help is found', pcall(vim.cmd, 'helptags ALL') and pcall(vim.cmd, 'help :Downbeat'))
  vim.cmd('helpclose')
  vim.cmd('checkhealth downbeat')
  local health = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  check('the health check is content', health:find('ERROR', 1, true) == nil and health:find('a server is attached', 1, true) ~= nil, health)
end

t.finish({
  opened, see_and_fix, hover, complete, rename_and_references, hints_tokens_folds,
  nothing_runs_untrusted, run_and_watch, failure, asked, people, cancel, tested, crash, graph, flood, words,
})
