-- SPDX-License-Identifier: Apache-2.0
-- A real client: Neovim opens a project, types, asks and renames, as a person would. Run headless by
-- neovim_test.sh, which copies the project and names it in $PROJECT, and the program in $ATTUNE.
local project, attune = vim.env.PROJECT, vim.env.ATTUNE
local patience = tonumber(vim.env.PATIENCE or "1") * 10000

local function check(is_so, what)
  if is_so then return print("ok: " .. what) end
  print("FAILED: " .. what)
  vim.cmd("cquit")
end

local function wait(what, is_so)
  check(vim.wait(patience, is_so, 5), what)
end

local client = vim.lsp.start_client({ cmd = { attune, "lsp" }, root_dir = project, name = "attune" })
check(client ~= nil, "the server starts")

local function open(name)
  vim.cmd("edit " .. project .. "/" .. name)
  local buffer = vim.api.nvim_get_current_buf()
  vim.lsp.buf_attach_client(buffer, client)
  return buffer
end

local function line_of(text)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, true)) do
    local at = line:find(text, 1, true)
    if at then return number, at - 1 end
  end
  check(false, "there is a line with " .. text)
end

local function go_to(text)
  vim.api.nvim_win_set_cursor(0, { line_of(text) })
end

local function replace(from, to)
  local number = line_of(from)
  local line = vim.api.nvim_buf_get_lines(0, number - 1, number, true)[1]
  local begin, finish = line:find(from, 1, true)
  vim.api.nvim_buf_set_lines(0, number - 1, number, true, { line:sub(1, begin - 1) .. to .. line:sub(finish + 1) })
end

local function ask(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params or vim.lsp.util.make_position_params(), patience)
  local answer = answers and answers[client]
  check(answer ~= nil, method .. " is answered")
  return answer.result, answer.err
end

-- Findings come while one types, and go.
local start = open("diagrams/start.mmd")
wait("the client is attached", function() return vim.lsp.get_client_by_id(client).initialized end)
replace("database.start()", "databse.start()")
wait("a wrong name is shown", function()
  local found = vim.diagnostic.get(start)
  return #found == 1 and found[1].code == "unknown-name" and found[1].message:find("did you mean 'database'")
end)
replace("databse.start()", "database.start()")
wait("the mended line has no finding", function() return #vim.diagnostic.get(start) == 0 end)

-- Hover and completion.
go_to("application.start")
local hover = ask("textDocument/hover")
check(hover.contents.value:find("class %*%*application%*%*"), "hover tells what it is")
replace("application.start()", "application.")
go_to("application.")
local row = line_of("application.")
local line = vim.api.nvim_buf_get_lines(0, row - 1, row, true)[1]
vim.api.nvim_win_set_cursor(0, { row, #line })
local params = vim.lsp.util.make_position_params()
params.position.character = #line
local labels = {}
for _, item in ipairs(ask("textDocument/completion", params)) do labels[item.label] = true end
check(labels.start and labels.stop and labels.backend == nil and labels.store, "completion knows stubs and roles")
replace("application.", "application.start()")

-- Formatting.
replace("  front : frontend.start()", "front:frontend . start( )")
vim.lsp.buf.formatting_sync(nil, patience)
check(line_of("  front : frontend.start()") ~= nil, "formatting writes the line in the one way")

-- Definition, across files.
go_to("start()")
vim.lsp.buf.definition()
wait("a stub leads to its wrapper", function()
  return vim.api.nvim_buf_get_name(0):find("service.xml$") and vim.api.nvim_get_current_line():find('name="start"')
end)

-- Renaming, across files.
vim.cmd("buffer " .. start)
go_to("database.start")
vim.lsp.buf.rename("storage")
wait("the class is renamed here", function()
  return table.concat(vim.api.nvim_buf_get_lines(start, 0, -1, true), "\n"):find("storage.start()", 1, true)
end)
local deployment = vim.fn.bufnr(project .. "/deployment.mmd")
check(table.concat(vim.api.nvim_buf_get_lines(deployment, 0, -1, true), "\n"):find("class storage {", 1, true),
  "the class is renamed in the deployment diagram")
wait("nothing is wrong afterwards", function() return #vim.diagnostic.get() == 0 end)

vim.lsp.stop_client(client)
wait("the server ends", function() return vim.lsp.get_client_by_id(client) == nil end)
vim.cmd("qall!")
