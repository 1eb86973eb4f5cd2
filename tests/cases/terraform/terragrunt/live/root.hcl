locals {
  account = read_terragrunt_config(find_in_parent_folders("account.hcl")).locals
  region  = read_terragrunt_config(find_in_parent_folders("region.hcl"))
}

generate "provider" {
  path      = "provider.tf"
  if_exists = "overwrite"
  contents  = <<EOT
provider "aws" {
  region = "${local.region.locals.name}"
}
EOT
}

remote_state {
  backend = "s3"
  config = {
    bucket = "states-${local.account.name}"
    key    = "${path_relative_to_include()}/terraform.tfstate"
  }
}

inputs = merge(local.account, { size = 3 })
