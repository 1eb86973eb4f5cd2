provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_alb_load_balancer" "way" {
  load_balancer_name = "way"
  address_type       = "Internet"
}

resource "alicloud_alb_server_group" "web" {
  server_group_name = "web"
}

resource "alicloud_alb_listener" "web" {
  load_balancer_id = alicloud_alb_load_balancer.way.id
  default_actions {
    forward_group_config {
      server_group_tuples {
        server_group_id = alicloud_alb_server_group.web.id
      }
    }
  }
}

resource "alicloud_ess_scaling_group" "web" {
  scaling_group_name = "web"
  min_size           = 2
}

resource "alicloud_ess_server_group_attachment" "web" {
  scaling_group_id = alicloud_ess_scaling_group.web.id
  server_group_id  = alicloud_alb_server_group.web.id
}

# When it grows says nothing of what it needs.
resource "alicloud_ess_scaling_rule" "more" {
  scaling_group_id = alicloud_ess_scaling_group.web.id
}

resource "alicloud_ess_scheduled_task" "morning" {
  scheduled_action = alicloud_ess_scaling_rule.more.ari
}
