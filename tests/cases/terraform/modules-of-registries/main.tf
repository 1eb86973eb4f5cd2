provider "google" {
  region = "europe-west1"
}

# A project and a network are where things are, and no things themselves.
module "project" {
  source = "terraform-google-modules/project-factory/google"
  name   = "shop"
}

module "network" {
  source     = "terraform-google-modules/network/google"
  project_id = module.project.project_id
}

module "orders" {
  source            = "terraform-google-modules/sql-db/google//modules/postgresql"
  project_id        = "shop-prod"
  name              = "orders"
  availability_type = "REGIONAL"
}

module "events" {
  source     = "terraform-google-modules/pubsub/google"
  project_id = module.project.project_id
  topic      = "events"
}

module "web" {
  source       = "GoogleCloudPlatform/cloud-run/google"
  service_name = "web"
  project_id   = module.project.project_id
  image        = "gcr.io/shop/web:1"
  env_vars     = [{ name = "DB", value = module.orders.instance_connection_name }]
}

# Nobody says what this one makes.
module "other" {
  source     = "example/other/google"
  project_id = module.project.project_id
}
