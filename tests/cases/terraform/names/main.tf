provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "far"
  region = "us-east-1"
}

resource "aws_route53_zone" "shop" {
  name = "shop.example"
}

resource "aws_lb" "near" {}

resource "aws_lb" "far" {
  provider = aws.far
}

resource "aws_lb" "single" {}

resource "aws_route53_record" "www_near" {
  zone_id        = aws_route53_zone.shop.zone_id
  name           = "www"
  type           = "A"
  set_identifier = "near"
  failover_routing_policy {
    type = "PRIMARY"
  }
  alias {
    name                   = aws_lb.near.dns_name
    zone_id                = aws_lb.near.zone_id
    evaluate_target_health = true
  }
}

resource "aws_route53_record" "www_far" {
  zone_id        = aws_route53_zone.shop.zone_id
  name           = "www"
  type           = "A"
  set_identifier = "far"
  failover_routing_policy {
    type = "SECONDARY"
  }
  alias {
    name                   = aws_lb.far.dns_name
    zone_id                = aws_lb.far.zone_id
    evaluate_target_health = true
  }
}

resource "aws_route53_record" "api" {
  zone_id = aws_route53_zone.shop.zone_id
  name    = "api.shop.example"
  type    = "CNAME"
  records = [aws_lb.single.dns_name]
}

# What proves that a name is one's own points to nothing of one's own.
resource "aws_route53_record" "proof" {
  zone_id = aws_route53_zone.shop.zone_id
  name    = "_proof"
  type    = "TXT"
  records = ["v=1"]
}

resource "cloudflare_record" "other" {
  zone_id = "0"
  name    = "shop.example.net"
  value   = aws_lb.single.dns_name
}
