--- A pipeline's inputs, asked for before it runs and remembered for the next time.
local store = require('downbeat.store')
local M = {}

---@class downbeat.Input
---@field name string
---@field type string as `docs/protocol.md` has it
---@field required boolean
---@field secret boolean
---@field description string?
---@field default any
---@field choices any[]?

local function is_text(input) return input.type == 'string' or input.type == 'path' end

local function shown(value) return type(value) == 'string' and value or vim.json.encode(value) end

--- The value that a typed text means: JSON where it is some, unless the input is a text.
local function meant(input, text)
  if is_text(input) then return text end
  local ok, value = pcall(vim.json.decode, text)
  if ok then return value end
  return text
end

local function prompt(input)
  local about = input.description and (' (' .. input.description .. ')') or ''
  return ('%s: %s%s'):format(input.name, input.type, about)
end

--- Asks for one value; `done` gets nothing when the user gives up.
---@param input downbeat.Input
---@param current any
---@param done fun(value: any)
local function ask(input, current, done)
  local choices = input.choices or (input.type == 'boolean' and { true, false }) or nil
  if choices then
    return vim.ui.select(choices, { prompt = prompt(input), format_item = shown }, function(_, index) done(index and choices[index]) end)
  end
  if input.secret then
    local ok, text = pcall(vim.fn.inputsecret, prompt(input) .. ' ')
    return done(ok and text ~= '' and meant(input, text) or nil)
  end
  local default = current ~= nil and shown(current) or ''
  vim.ui.input({ prompt = prompt(input) .. ' ', default = default }, function(text)
    done(text ~= nil and (text ~= '' or is_text(input)) and meant(input, text) or nil)
  end)
end

local function label(input, values)
  local value = values[input.name]
  if value == nil then return ('%s: not given'):format(input.name) end
  return ('%s: %s'):format(input.name, input.secret and '********' or shown(value))
end

--- Lets the user look over the values and change some, then run.
local function review(inputs, values, done)
  local entries = vim.list_extend({ false }, inputs)
  local format = function(entry) return entry and label(entry, values) or 'Run' end
  vim.ui.select(entries, { prompt = 'Run with', format_item = format }, function(_, index)
    if not index then return done(nil) end
    if index == 1 then return done(values) end
    local input = entries[index]
    ask(input, values[input.name], function(value)
      if value ~= nil then values[input.name] = value end
      review(inputs, values, done)
    end)
  end)
end

local function missing(inputs, values)
  return vim.iter(inputs):find(function(input) return input.required and values[input.name] == nil end)
end

--- Asks for what is required, one by one, then shows all.
local function gather(inputs, values, done)
  local input = missing(inputs, values)
  if not input then return review(inputs, values, done) end
  ask(input, nil, function(value)
    if value == nil then return done(nil) end
    values[input.name] = value
    gather(inputs, values, done)
  end)
end

--- Values of the last run of a file, without secret ones.
---@param file string
---@return table<string, any>
function M.last(file) return store.read('inputs')[file] or {} end

local function remember(file, inputs, values)
  local all, kept = store.read('inputs'), {}
  for _, input in ipairs(inputs) do
    if not input.secret then kept[input.name] = values[input.name] end
  end
  all[file] = next(kept) and kept or nil
  store.write('inputs', all)
end

local function nothing(value) return value == nil or value == vim.NIL end

--- What a run is started with: `given` wins over what was used last, that over defaults. Without any declared input, and
--- with `mode` 'last' when nothing required is missing, nothing is asked.
---@param file string
---@param inputs downbeat.Input[]
---@param given table<string, any>
---@param mode 'ask'|'last'
---@param done fun(values: table<string, any>?) without values when the user gave up
function M.gather(file, inputs, given, mode, done)
  if #inputs == 0 then return done(given) end
  local values = vim.tbl_extend('force', M.last(file), given)
  for _, input in ipairs(inputs) do
    for _, key in ipairs({ 'default', 'choices', 'description' }) do
      if input[key] == vim.NIL then input[key] = nil end
    end
    if nothing(values[input.name]) then values[input.name] = input.default end
  end
  local function finish(chosen)
    if chosen then remember(file, inputs, chosen) end
    done(chosen)
  end
  if mode == 'last' and not missing(inputs, values) then return finish(values) end
  gather(inputs, values, finish)
end

return M
