provider "aws" {
  region = "eu-west-1"
}

resource "aws_route53_zone" "main" {
  name = "example.com"
}

resource "aws_lb" "left" {}

resource "aws_lb" "right" {}

resource "aws_route53_health_check" "left" {}

# Looked at: the other answers when one is down.
resource "aws_route53_record" "main" {
  for_each        = { left = aws_lb.left, right = aws_lb.right }
  zone_id         = aws_route53_zone.main.id
  name            = "shop"
  set_identifier  = each.key
  health_check_id = each.key == "left" ? aws_route53_health_check.left.id : null
  records         = [each.value.dns_name]
  failover_routing_policy {
    type = each.key == "left" ? "PRIMARY" : "SECONDARY"
  }
}

# Not looked at: half of the visitors are sent to what is down.
resource "aws_route53_record" "blind" {
  for_each       = { left = aws_lb.left, right = aws_lb.right }
  zone_id        = aws_route53_zone.main.id
  name           = "blind"
  set_identifier = each.key
  records        = [each.value.dns_name]
  weighted_routing_policy {
    weight = 50
  }
}
