locals {
  env = "prod"
}

unit "orders" {
  source = "${get_repo_root()}/catalog/units/queue"
  path   = "orders"
  values = { name = "orders-${local.env}" }
}

unit "invoices" {
  source = "../../catalog/units/queue"
  path   = "invoices"
  values = { name = "invoices-${local.env}" }
}

unit "worker" {
  source = "../../catalog/units/worker"
  path   = "worker"
  values = {
    name  = "worker-${local.env}"
    queue = "../orders"
  }
}

unit "database" {
  source = "git::https://git.example.com/units.git//database?ref=v1"
  path   = "database"
  values = { name = "orders" }
}
