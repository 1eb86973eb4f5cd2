# Weights of one record: the second gets nothing, whoever looks.
resource "google_cloud_run_v2_service" "near" {
  name     = "near"
  location = "europe-west1"
}

resource "google_cloud_run_v2_service" "far" {
  name     = "far"
  location = "us-central1"
}

resource "google_dns_record_set" "moved" {
  name = "moved.example.dev."
  type = "CNAME"
  routing_policy {
    wrr {
      weight  = 1
      rrdatas = [google_cloud_run_v2_service.near.uri]
    }
    wrr {
      weight  = 0
      rrdatas = [google_cloud_run_v2_service.far.uri]
    }
  }
}

resource "google_dns_record_set" "split" {
  name = "split.example.dev."
  type = "CNAME"
  routing_policy {
    wrr {
      weight  = 0.9
      rrdatas = [google_cloud_run_v2_service.near.uri]
    }
    wrr {
      weight  = 0.1
      rrdatas = [google_cloud_run_v2_service.far.uri, "other.example.org."]
    }
  }
}
