resource "aws_route53_zone" "main" {
  name = "example.net"
}

resource "aws_route53_health_check" "left" {}

# One is looked at; the other is sent half of the visitors, up or down. A host elsewhere counts as well.
resource "aws_route53_record" "half" {
  for_each        = { left = aws_lb.left.dns_name, right = aws_lb.right.dns_name, outside = "shop.example.org" }
  zone_id         = aws_route53_zone.main.id
  name            = "half"
  type            = "CNAME"
  set_identifier  = each.key
  health_check_id = each.key == "right" ? null : aws_route53_health_check.left.id
  records         = [each.value]
  weighted_routing_policy {
    weight = 50
  }
}

# Nobody looks at the first, so nobody is sent to the second until somebody changes the records.
resource "aws_route53_record" "first" {
  zone_id        = aws_route53_zone.main.id
  name           = "stuck"
  type           = "CNAME"
  set_identifier = "first"
  records        = [aws_lb.left.dns_name]
  failover_routing_policy {
    type = "PRIMARY"
  }
}

resource "aws_route53_record" "second" {
  zone_id        = aws_route53_zone.main.id
  name           = "stuck"
  type           = "CNAME"
  set_identifier = "second"
  records        = [aws_lb.right.dns_name]
  failover_routing_policy {
    type = "SECONDARY"
  }
}

# Each continent has its own.
resource "aws_route53_record" "world" {
  for_each        = { EU = aws_lb.left.dns_name, NA = aws_lb.right.dns_name }
  zone_id         = aws_route53_zone.main.id
  name            = "world"
  type            = "CNAME"
  set_identifier  = each.key
  health_check_id = aws_route53_health_check.left.id
  records         = [each.value]
  geolocation_routing_policy {
    continent = each.key
  }
}

# What is said in a text, and where mail goes, is no alternative to what people come to.
resource "aws_route53_record" "plain" {
  zone_id = aws_route53_zone.main.id
  name    = "plain"
  type    = "CNAME"
  records = [aws_lb.third.dns_name]
}

resource "aws_route53_record" "mail" {
  zone_id        = aws_route53_zone.main.id
  name           = "plain"
  type           = "MX"
  set_identifier = "mail"
  records        = ["mail.example.org"]
  weighted_routing_policy {
    weight = 1
  }
}

resource "google_cloud_run_v2_service" "near" {
  name     = "near"
  location = "europe-west1"
}

resource "google_cloud_run_v2_service" "far" {
  name     = "far"
  location = "us-central1"
}

resource "google_dns_managed_zone" "zone" {
  dns_name = "example.dev."
}

# The one answers when the other is down.
resource "google_dns_record_set" "backup" {
  managed_zone = google_dns_managed_zone.zone.name
  name         = "backup.example.dev."
  type         = "CNAME"
  routing_policy {
    primary_backup {
      primary {
        internal_load_balancers {
          ip_address = google_cloud_run_v2_service.near.uri
        }
      }
      backup_geo {
        location = "us-central1"
        rrdatas  = [google_cloud_run_v2_service.far.uri]
      }
    }
  }
}

# By weight, and nobody looks.
resource "google_dns_record_set" "weighted" {
  managed_zone = google_dns_managed_zone.zone.name
  name         = "weighted.example.dev."
  type         = "CNAME"
  routing_policy {
    wrr {
      weight  = 0.5
      rrdatas = [google_cloud_run_v2_service.near.uri]
    }
    wrr {
      weight  = 0.5
      rrdatas = [google_cloud_run_v2_service.far.uri]
    }
  }
}

# One region has all the weight, and the other none until somebody moves it.
resource "aws_route53_record" "moved" {
  for_each       = { left = [aws_lb.left.dns_name, 100], right = [aws_lb.right.dns_name, 0] }
  zone_id        = aws_route53_zone.main.id
  name           = "moved"
  type           = "CNAME"
  set_identifier = each.key
  records        = [each.value[0]]
  weighted_routing_policy {
    weight = each.value[1]
  }
}
