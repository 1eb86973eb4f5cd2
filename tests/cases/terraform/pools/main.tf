provider "aws" {
  region = "eu-west-1"
}

resource "aws_lb" "left" {}

resource "aws_lb" "right" {}

resource "aws_lb" "third" {}

variable "elsewhere" {}

resource "cloudflare_load_balancer_monitor" "up" {
  type = "https"
}

# Three origins of which two must be healthy.
resource "cloudflare_load_balancer_pool" "two_of_three" {
  minimum_origins = 2
  monitor         = cloudflare_load_balancer_monitor.up.id
  origins {
    name    = "left"
    address = aws_lb.left.dns_name
  }
  origins {
    name    = "right"
    address = aws_lb.right.dns_name
  }
  origins {
    name    = "outside"
    address = "origin.example.org"
  }
}

# An origin that is switched off is none, and the other stands alone.
resource "cloudflare_load_balancer_pool" "one_off" {
  monitor = cloudflare_load_balancer_monitor.up.id
  origins {
    name    = "left"
    address = aws_lb.left.dns_name
  }
  origins {
    name    = "right"
    address = aws_lb.right.dns_name
    enabled = false
  }
}

# Nobody looks at these: requests go on to the one that is down.
resource "cloudflare_load_balancer_pool" "blind" {
  origins {
    name    = "left"
    address = aws_lb.left.dns_name
  }
  origins {
    name    = "right"
    address = aws_lb.right.dns_name
  }
}

# One that nobody can tell is no alternative.
resource "cloudflare_load_balancer_pool" "unknown" {
  monitor = cloudflare_load_balancer_monitor.up.id
  origins {
    name    = "left"
    address = aws_lb.left.dns_name
  }
  origins {
    name    = "other"
    address = var.elsewhere
  }
}

resource "cloudflare_load_balancer_pool" "off" {
  enabled = false
  monitor = cloudflare_load_balancer_monitor.up.id
  origins {
    name    = "third"
    address = aws_lb.third.dns_name
  }
}

# Two pools that are looked at, one that is not, and one that is switched off.
resource "cloudflare_load_balancer" "front" {
  name             = "front.example.com"
  default_pool_ids = [cloudflare_load_balancer_pool.two_of_three.id, cloudflare_load_balancer_pool.blind.id]
  fallback_pool_id = cloudflare_load_balancer_pool.unknown.id
  region_pools {
    region   = "WEU"
    pool_ids = [cloudflare_load_balancer_pool.one_off.id, cloudflare_load_balancer_pool.off.id]
  }
}

resource "cloudflare_load_balancer" "nearly_alone" {
  name             = "alone.example.com"
  default_pool_ids = [cloudflare_load_balancer_pool.off.id]
  fallback_pool_id = cloudflare_load_balancer_pool.two_of_three.id
}
