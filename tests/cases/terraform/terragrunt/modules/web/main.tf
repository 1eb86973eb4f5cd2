variable "name" {}
variable "db" {}
variable "cache" {}
variable "missing" {}
variable "size" { default = 1 }
resource "aws_lambda_function" "web" {
  function_name = var.name
  environment {
    variables = { DB_HOST = var.db, CACHE = var.cache, MISSING = var.missing }
  }
}
