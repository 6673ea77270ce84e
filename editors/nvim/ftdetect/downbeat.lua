-- The compound filetype keeps YAML's colours and indentation; the server knows the documents as `downbeat`.
vim.filetype.add({
  pattern = {
    ['.*%.pipeline%.ya?ml'] = 'yaml.downbeat',
    ['.*%.pipeline%.test%.ya?ml'] = 'yaml.downbeat',
  },
})
