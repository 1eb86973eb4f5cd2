provider "alicloud" {
  region = "cn-hangzhou"
}

data "alicloud_zones" "here" {}

resource "alicloud_vpc" "main" {
  cidr_block = "10.0.0.0/8"
}

resource "alicloud_vswitch" "h" {
  vpc_id  = alicloud_vpc.main.id
  zone_id = "cn-hangzhou-h"
}

resource "alicloud_instance" "web" {
  count           = 2
  vswitch_id      = alicloud_vswitch.h.id
  security_groups = [alicloud_security_group.web.id]
  role_name       = alicloud_ram_role.web.name
}

resource "alicloud_ram_role" "web" {}

resource "alicloud_security_group" "web" {
  vpc_id = alicloud_vpc.main.id
}

resource "alicloud_slb_load_balancer" "front" {
  address_type = "internet"
  vswitch_id   = alicloud_vswitch.h.id
}

resource "alicloud_slb_attachment" "web" {
  load_balancer_id = alicloud_slb_load_balancer.front.id
  instance_ids     = alicloud_instance.web[*].id
}

resource "alicloud_db_instance" "orders" {
  vswitch_id      = alicloud_vswitch.h.id
  zone_id         = "cn-hangzhou-h"
  zone_id_slave_a = "cn-hangzhou-i"
}

resource "alicloud_alidns_record" "www" {
  domain_name = "shop.example"
  rr          = "www"
  type        = "A"
  value       = alicloud_slb_load_balancer.front.address
}

resource "alicloud_fc_function" "job" {
  service     = "s"
  name        = "nightly"
  environment_variables = {
    DB_HOST = alicloud_db_instance.orders.connection_string
  }
}
