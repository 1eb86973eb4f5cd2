include {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "tfr:///terraform-aws-modules/elasticache/aws?version=1.2.0"
}

inputs = {
  replication_group_id = "sessions"
}
