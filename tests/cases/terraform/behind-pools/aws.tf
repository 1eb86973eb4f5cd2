# Two machines in two zones behind one group of targets: people come to the group, and any one of both will do.
provider "aws" {
  region = "eu-west-1"
}

variable "zones" {
  default = ["eu-west-1a", "eu-west-1b"]
}

resource "aws_lb" "front" {}

resource "aws_instance" "web" {
  for_each          = toset(var.zones)
  availability_zone = each.value
}

resource "aws_lb_target_group" "web" {}

resource "aws_lb_target_group_attachment" "web" {
  for_each         = aws_instance.web
  target_group_arn = aws_lb_target_group.web.arn
  target_id        = each.value.id
}

# A single one behind a group is what people come to itself; so are copies that only a number tells apart.
resource "aws_instance" "admin" {}

resource "aws_instance" "files" {
  count             = 2
  availability_zone = var.zones[count.index]
}

resource "aws_lb_target_group" "admin" {}

resource "aws_lb_target_group" "files" {}

resource "aws_lb_target_group_attachment" "admin" {
  target_group_arn = aws_lb_target_group.admin.arn
  target_id        = aws_instance.admin.id
}

resource "aws_lb_target_group_attachment" "files" {
  count            = 2
  target_group_arn = aws_lb_target_group.files.arn
  target_id        = aws_instance.files[count.index].id
}

# Nothing is sent to a group of no weight, and so nobody comes to what stands behind it.
resource "aws_instance" "next" {}

resource "aws_lb_target_group" "next" {}

resource "aws_lb_target_group_attachment" "next" {
  target_group_arn = aws_lb_target_group.next.arn
  target_id        = aws_instance.next.id
}

resource "aws_lb_listener" "front" {
  load_balancer_arn = aws_lb.front.arn
  default_action {
    type = "forward"
    forward {
      target_group {
        arn    = aws_lb_target_group.web.arn
        weight = 100
      }
      target_group {
        arn    = aws_lb_target_group.next.arn
        weight = 0
      }
    }
  }
}

resource "aws_lb_listener_rule" "others" {
  for_each     = { admin = aws_lb_target_group.admin.arn, files = aws_lb_target_group.files.arn }
  listener_arn = aws_lb_listener.front.arn
  action {
    type             = "forward"
    target_group_arn = each.value
  }
}

# An older balancer names its machines itself.
resource "aws_elb" "old" {
  instances = [aws_instance.web["eu-west-1a"].id, aws_instance.admin.id]
}

# Two functions behind one gateway do different things.
resource "aws_apigatewayv2_api" "api" {}

resource "aws_lambda_function" "orders" {
  function_name = "orders"
}

resource "aws_lambda_function" "users" {
  function_name = "users"
}

resource "aws_apigatewayv2_integration" "orders" {
  api_id          = aws_apigatewayv2_api.api.id
  integration_uri = aws_lambda_function.orders.arn
}

resource "aws_apigatewayv2_integration" "users" {
  api_id          = aws_apigatewayv2_api.api.id
  integration_uri = aws_lambda_function.users.arn
}
