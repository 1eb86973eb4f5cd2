provider "aws" {
  region = "eu-west-1"
}

locals {
  services = {
    cart   = { port = 8080, calls = {} }
    orders = { port = 8081, calls = { CART_URL = "http://cart:8080" } }
  }
}

resource "aws_ecs_cluster" "main" {
  name = "shop"
}

resource "aws_iam_role" "run" {
  name               = "run"
  assume_role_policy = "{}"
}

resource "aws_iam_role_policy_attachment" "run" {
  role       = aws_iam_role.run.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_elasticache_replication_group" "sessions" {
  automatic_failover_enabled = true
  num_cache_clusters         = 2
}

resource "aws_ecs_task_definition" "service" {
  for_each           = local.services
  family             = each.key
  execution_role_arn = aws_iam_role.run.arn
  container_definitions = jsonencode([
    {
      name  = each.key
      image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/${each.key}:1"
      environment = [for name, value in merge(each.value.calls, {
        REDIS_URL = "redis://${aws_elasticache_replication_group.sessions.primary_endpoint_address}:6379"
      }) : { name = name, value = value }]
      portMappings = [{ containerPort = each.value.port }]
    }
  ])
}

resource "aws_ecs_service" "service" {
  for_each        = local.services
  name            = each.key
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.service[each.key].arn
  desired_count   = 2

  dynamic "load_balancer" {
    for_each = each.key == "orders" ? [aws_lb_target_group.orders.arn] : []
    content {
      target_group_arn = load_balancer.value
      container_name   = each.key
      container_port   = each.value.port
    }
  }
}

resource "aws_lb" "front" {
  load_balancer_type = "application"
}

resource "aws_acm_certificate" "front" {
  domain_name = "shop.example.com"
}

resource "aws_lb_target_group" "orders" {
  port = 8081
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.front.arn
  certificate_arn   = aws_acm_certificate.front.arn
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.orders.arn
  }
}
