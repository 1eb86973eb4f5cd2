provider "google" {
  region = "europe-west1"
}

resource "google_sql_database_instance" "orders" {
  settings {
    availability_type = "REGIONAL"
  }
}

resource "google_sql_database_instance" "orders_far" {
  region               = "us-central1"
  master_instance_name = google_sql_database_instance.orders.name
}

resource "google_cloud_run_v2_service" "api" {
  name = "api"
  template {
    containers {
      env {
        name  = "DB"
        value = google_sql_database_instance.orders.connection_name
      }
    }
  }
}

resource "google_bigtable_instance" "wide" {
  cluster {
    zone = "europe-west1-b"
  }
  cluster {
    zone = "europe-west1-c"
  }
}

provider "huaweicloud" {
  region = "cn-north-4"
}

resource "huaweicloud_rds_instance" "pair" {
  flavor              = "rds.mysql.n1.large.2.ha"
  ha_replication_mode = "async"
  availability_zone   = ["cn-north-4a", "cn-north-4b"]
}

resource "huaweicloud_rds_instance" "alone" {
  flavor            = "rds.mysql.n1.large.2"
  availability_zone = ["cn-north-4a"]
}

resource "huaweicloud_dds_instance" "text" {
  availability_zone = "cn-north-4a,cn-north-4b,cn-north-4c"
}

provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_oss_bucket" "pictures" {}

resource "alicloud_oss_bucket" "pictures_copy" {}

resource "alicloud_oss_bucket_replication" "pictures" {
  bucket = alicloud_oss_bucket.pictures.id
  destination {
    bucket = alicloud_oss_bucket.pictures_copy.id
  }
}

resource "alicloud_fcv3_function" "shop" {
  function_name         = "shop"
  environment_variables = { BUCKET = alicloud_oss_bucket.pictures.id }
}

provider "tencentcloud" {
  region = "ap-guangzhou"
}

resource "tencentcloud_mysql_instance" "pair" {
  availability_zone = "ap-guangzhou-3"
  slave_deploy_mode = 1
  first_slave_zone  = "ap-guangzhou-4"
}

resource "tencentcloud_mysql_instance" "alone" {
  availability_zone = "ap-guangzhou-3"
}
