resource "azurerm_linux_web_app" "near" {
  name                = "near"
  resource_group_name = azurerm_resource_group.west.name
}

resource "azurerm_linux_web_app" "far" {
  name     = "far"
  location = "northeurope"
}

resource "azurerm_linux_web_app" "third" {
  name     = "third"
  location = "uksouth"
}

# Both are looked at, and one that is switched off is no alternative.
resource "azurerm_traffic_manager_profile" "priority" {
  traffic_routing_method = "Priority"
}

resource "azurerm_traffic_manager_azure_endpoint" "near" {
  profile_id         = azurerm_traffic_manager_profile.priority.id
  target_resource_id = azurerm_linux_web_app.near.id
}

resource "azurerm_traffic_manager_external_endpoint" "outside" {
  profile_id = azurerm_traffic_manager_profile.priority.id
  target     = "shop.example.org"
}

resource "azurerm_traffic_manager_azure_endpoint" "off" {
  profile_id         = azurerm_traffic_manager_profile.priority.id
  target_resource_id = azurerm_linux_web_app.third.id
  enabled            = false
}

# Each serves its part of the world, and nobody takes the place of another.
resource "azurerm_traffic_manager_profile" "world" {
  traffic_routing_method = "Geographic"
}

resource "azurerm_traffic_manager_azure_endpoint" "world" {
  for_each           = { near = azurerm_linux_web_app.near.id, far = azurerm_linux_web_app.far.id }
  profile_id         = azurerm_traffic_manager_profile.world.id
  target_resource_id = each.value
}

resource "azurerm_cdn_frontdoor_profile" "door" {}

resource "azurerm_cdn_frontdoor_origin_group" "seen" {
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.door.id
  health_probe {
    interval_in_seconds = 100
    protocol            = "Https"
  }
}

resource "azurerm_cdn_frontdoor_origin" "near" {
  cdn_frontdoor_origin_group_id = azurerm_cdn_frontdoor_origin_group.seen.id
  host_name                     = azurerm_linux_web_app.near.default_hostname
}

resource "azurerm_cdn_frontdoor_origin" "far" {
  cdn_frontdoor_origin_group_id = azurerm_cdn_frontdoor_origin_group.seen.id
  host_name                     = azurerm_linux_web_app.far.default_hostname
}

# Off, so the other stands alone.
resource "azurerm_cdn_frontdoor_origin" "third" {
  cdn_frontdoor_origin_group_id = azurerm_cdn_frontdoor_origin_group.seen.id
  host_name                     = azurerm_linux_web_app.third.default_hostname
  enabled                       = false
}

# Nobody looks at these: visitors are sent to one that is down.
resource "azurerm_cdn_frontdoor_profile" "blind" {}

resource "azurerm_cdn_frontdoor_origin_group" "blind" {
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.blind.id
}

resource "azurerm_cdn_frontdoor_origin" "blind" {
  for_each                      = { near = azurerm_linux_web_app.near, far = azurerm_linux_web_app.far }
  cdn_frontdoor_origin_group_id = azurerm_cdn_frontdoor_origin_group.blind.id
  host_name                     = each.value.default_hostname
}

# The older door: the addresses of one pool take each other's place, and those of another do not.
resource "azurerm_frontdoor" "old" {
  backend_pool {
    name = "shop"
    backend {
      address = azurerm_linux_web_app.near.default_hostname
    }
    backend {
      address = azurerm_linux_web_app.far.default_hostname
    }
  }
  backend_pool {
    name = "pictures"
    backend {
      address = azurerm_linux_web_app.third.default_hostname
    }
    backend {
      address = "pictures.example.org"
      enabled = false
    }
  }
}
