# A group that lists its servers: one of them gets nothing, and the script that installs them joins nothing.
resource "alicloud_alb_load_balancer" "shop" {
  address_type = "Internet"
}

resource "alicloud_instance" "shop" {
  for_each          = { a = "cn-beijing-l", b = "cn-beijing-f" }
  availability_zone = each.value
}

resource "alicloud_instance" "drained" {}

resource "alicloud_db_instance" "shop" {}

resource "alicloud_alb_server_group" "shop" {
  dynamic "servers" {
    for_each = alicloud_instance.shop
    content {
      server_id = servers.value.id
      server_ip = servers.value.primary_ip_address
      weight    = 100
    }
  }
  servers {
    server_id = alicloud_instance.drained.id
    weight    = 0
  }
}

resource "alicloud_alb_listener" "shop" {
  load_balancer_id = alicloud_alb_load_balancer.shop.id
  default_actions {
    type = "ForwardGroup"
    forward_group_config {
      server_group_tuples {
        server_group_id = alicloud_alb_server_group.shop.id
      }
    }
  }
}

resource "alicloud_ecs_command" "install" {
  command_content = base64encode("export DB=${alicloud_db_instance.shop.connection_string}")
}

resource "alicloud_ecs_invocation" "install" {
  command_id  = alicloud_ecs_command.install.id
  instance_id = [for key, one in alicloud_instance.shop : one.id]
}

# One attachment names all its targets.
resource "tencentcloud_clb_instance" "front" {
  network_type = "OPEN"
}

resource "tencentcloud_instance" "left" {
  availability_zone = "ap-guangzhou-3"
}

resource "tencentcloud_instance" "right" {
  availability_zone = "ap-guangzhou-4"
}

resource "tencentcloud_clb_listener" "front" {
  clb_id = tencentcloud_clb_instance.front.id
}

resource "tencentcloud_clb_attachment" "front" {
  clb_id      = tencentcloud_clb_instance.front.id
  listener_id = tencentcloud_clb_listener.front.listener_id
  targets {
    instance_id = tencentcloud_instance.left.id
    port        = 80
  }
  targets {
    instance_id = tencentcloud_instance.right.id
    port        = 80
  }
}

resource "huaweicloud_elb_loadbalancer" "front" {
  ipv4_eip_id = "given"
}

resource "huaweicloud_elb_pool" "front" {
  loadbalancer_id = huaweicloud_elb_loadbalancer.front.id
}

resource "huaweicloud_compute_instance" "one" {}

resource "huaweicloud_compute_instance" "two" {}

resource "huaweicloud_elb_member" "one" {
  pool_id = huaweicloud_elb_pool.front.id
  address = huaweicloud_compute_instance.one.access_ip_v4
}

resource "huaweicloud_elb_member" "two" {
  pool_id = huaweicloud_elb_pool.front.id
  address = huaweicloud_compute_instance.two.access_ip_v4
}

resource "azurerm_public_ip" "front" {}

resource "azurerm_lb" "front" {
  frontend_ip_configuration {
    public_ip_address_id = azurerm_public_ip.front.id
  }
}

resource "azurerm_lb_backend_address_pool" "front" {
  loadbalancer_id = azurerm_lb.front.id
}

resource "azurerm_network_interface" "each" {
  for_each = toset(["x", "y"])
}

resource "azurerm_linux_virtual_machine" "each" {
  for_each              = azurerm_network_interface.each
  zone                  = each.key == "x" ? "1" : "2"
  network_interface_ids = [each.value.id]
}

resource "azurerm_network_interface_backend_address_pool_association" "each" {
  for_each                = azurerm_network_interface.each
  network_interface_id    = each.value.id
  backend_address_pool_id = azurerm_lb_backend_address_pool.front.id
}

# Two groups of machines in two regions behind one service, and one that is scaled to nothing.
resource "google_compute_region_instance_group_manager" "site" {
  for_each = toset(["europe-west1", "us-east1", "asia-east1"])
  region   = each.value
}

resource "google_compute_backend_service" "site" {
  backend {
    group = google_compute_region_instance_group_manager.site["europe-west1"].instance_group
  }
  backend {
    group = google_compute_region_instance_group_manager.site["us-east1"].instance_group
  }
  backend {
    group           = google_compute_region_instance_group_manager.site["asia-east1"].instance_group
    capacity_scaler = 0
  }
}

resource "google_compute_url_map" "site" {
  default_service = google_compute_backend_service.site.id
}

resource "google_compute_target_http_proxy" "site" {
  url_map = google_compute_url_map.site.id
}

resource "google_compute_global_forwarding_rule" "site" {
  target = google_compute_target_http_proxy.site.id
}
