# What a record gets no share of, and what no environment makes, is no stand-by.
variable "environments" {
  type = map(any)
}

locals {
  known       = contains(keys(var.environments), terraform.workspace)
  environment = local.known ? var.environments[terraform.workspace] : var.environments["default"]
}

resource "aws_lb" "left" {
  name = "left"
}

resource "aws_lb" "right" {
  name = "right"
}

# False in every environment.
resource "aws_lb" "never" {
  count = local.environment.second ? 1 : 0
  name  = "never"
}

# True in one of them, so it may be there.
resource "aws_lb" "somewhere" {
  count = local.environment.third ? 1 : 0
  name  = "somewhere"
}

# The same everywhere, key by key; what only one has may be there.
resource "aws_sqs_queue" "each" {
  for_each = toset(keys(local.environment.queues))
  name     = each.key
}

resource "aws_route53_health_check" "left" {
  fqdn = "left.example.org"
}

locals {
  lbs = {
    left  = aws_lb.left
    right = aws_lb.right
  }
}

# Nobody looks at the first, so nobody is ever sent to the second.
resource "aws_route53_record" "blind" {
  for_each       = { left = 100, right = 0 }
  zone_id        = "Z1"
  name           = "blind.example.org"
  type           = "A"
  set_identifier = each.key
  weighted_routing_policy {
    weight = each.value
  }
  alias {
    name                   = local.lbs[each.key].dns_name
    zone_id                = local.lbs[each.key].zone_id
    evaluate_target_health = false
  }
}

# The first is looked at: the second is asked once it is seen to be down.
resource "aws_route53_record" "seen" {
  for_each       = { left = 100, right = 0 }
  zone_id        = "Z1"
  name           = "seen.example.org"
  type           = "A"
  set_identifier = each.key
  weighted_routing_policy {
    weight = each.value
  }
  alias {
    name                   = local.lbs[each.key].dns_name
    zone_id                = local.lbs[each.key].zone_id
    evaluate_target_health = true
  }
}

# Where all have a weight of 0, all are asked alike.
resource "aws_route53_record" "even" {
  for_each       = { left = 0, right = 0 }
  zone_id        = "Z1"
  name           = "even.example.org"
  type           = "A"
  set_identifier = each.key
  weighted_routing_policy {
    weight = each.value
  }
  alias {
    name                   = local.lbs[each.key].dns_name
    zone_id                = local.lbs[each.key].zone_id
    evaluate_target_health = true
  }
}

# A share, however small, is one.
resource "aws_route53_record" "little" {
  for_each       = { left = 255, right = 1 }
  zone_id        = "Z1"
  name           = "little.example.org"
  type           = "A"
  set_identifier = each.key
  weighted_routing_policy {
    weight = each.value
  }
  alias {
    name                   = local.lbs[each.key].dns_name
    zone_id                = local.lbs[each.key].zone_id
    evaluate_target_health = true
  }
}
