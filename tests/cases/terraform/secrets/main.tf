resource "aws_kms_key" "main" {}

resource "aws_rds_cluster" "orders" {
  kms_key_id = aws_kms_key.main.arn
}

resource "aws_secretsmanager_secret" "orders" {
  kms_key_id = aws_kms_key.main.key_id
}

resource "aws_secretsmanager_secret_version" "orders" {
  secret_id     = aws_secretsmanager_secret.orders.id
  secret_string = jsonencode({ host = aws_rds_cluster.orders.endpoint })
}

# It fetches the secret when it starts, and calls what the secret tells of while it runs.
resource "aws_ecs_task_definition" "orders" {
  container_definitions = templatefile("${path.module}/container.json.tftpl", {
    secret = aws_secretsmanager_secret.orders.arn
    image  = "orders:1"
  })
}

resource "aws_ecs_service" "orders" {
  name            = "orders"
  task_definition = aws_ecs_task_definition.orders.arn
}
