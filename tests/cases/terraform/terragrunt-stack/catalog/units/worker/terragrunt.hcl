include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/modules/worker"
}

dependency "queue" {
  config_path = values.queue
}

inputs = {
  name  = values.name
  queue = dependency.queue.outputs.url
  size  = try(values.size, 512)
}
