include "root" {
  path   = find_in_parent_folders("root.hcl")
  expose = true
}

# What is among the files is read, whoever runs it.
terraform {
  source = "${get_env("STAGE") == "prod" ? "git::https://example.com/shop//modules/web?ref=v1" : "../../../modules//web"}"
}

dependency "db" {
  config_path = "../db"
  # What stands in until the other is there is no address of anything.
  mock_outputs = { address = "mock.example.com" }
}

dependency "cache" {
  config_path = "../cache"
}

dependency "gone" {
  config_path = "../gone"
}

inputs = {
  name    = "web-${include.root.locals.account.name}"
  db      = dependency.db.outputs.address
  cache   = dependency.cache.outputs.endpoint
  missing = dependency.gone.outputs.arn
}
